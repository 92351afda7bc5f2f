import { updateRefs } from '../actions/refs.js';
import { isAncestor, listRefs, objectType, type Ref, readRef, zeroSha } from '../git.js';
import { actor, type Call, part, repositoryOf } from '../http/call.js';
import { list } from '../http/pages.js';
import { created, noContent, notFound, ok, type Reply, unprocessable } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { repositoryUrl } from '../views/repository.js';
import type { Repository } from '../world.js';

export const refs: Routes = {
  'GET /repos/{owner}/{repo}/git/ref/{ref}': {
    needs: ['contents:read'],
    async handle(call) {
      const repository = repositoryOf(call);
      const name = `refs/${part(call, 'ref')}`;
      const found = (await listRefs(repository.directory, name)).find((ref) => ref.name === name);
      if (!found) throw notFound();
      return ok(refView(repository, found));
    },
  },
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': {
    needs: ['contents:read'],
    async handle(call) {
      const repository = repositoryOf(call);
      const found = await listRefs(repository.directory, `refs/${part(call, 'ref')}`);
      return { status: 200, json: found.map((ref) => refView(repository, ref)) };
    },
  },
  'POST /repos/{owner}/{repo}/git/refs': { needs: ['contents:write'], handle: create },
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': { needs: ['contents:write'], handle: update },
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': { needs: ['contents:write'], handle: remove },
  'GET /repos/{owner}/{repo}/branches': {
    needs: ['contents:read'],
    async handle(call) {
      const repository = repositoryOf(call);
      return list(call, await listRefs(repository.directory, 'refs/heads/'), (ref) => ({
        name: ref.name.slice('refs/heads/'.length),
        commit: { sha: ref.sha, url: `${repositoryUrl(repository)}/commits/${ref.sha}` },
        protected: false,
      }));
    },
  },
  'GET /repos/{owner}/{repo}/tags': {
    needs: ['contents:read'],
    async handle(call) {
      const repository = repositoryOf(call);
      const url = repositoryUrl(repository);
      const newestFirst = (await listRefs(repository.directory, 'refs/tags/')).reverse();
      return list(call, newestFirst, ({ name, commit }) => ({
        name: name.slice('refs/tags/'.length),
        zipball_url: `${url}/zipball/${name}`,
        tarball_url: `${url}/tarball/${name}`,
        commit: { sha: commit, url: `${url}/commits/${commit}` },
        node_id: `REF_${Buffer.from(name).toString('base64url')}`,
      }));
    },
  },
};

function refView(repository: Repository, ref: Pick<Ref, 'name' | 'sha' | 'type'>) {
  const url = `${repositoryUrl(repository)}/git`;
  return {
    ref: ref.name,
    node_id: `REF_${Buffer.from(ref.name).toString('base64url')}`,
    url: `${url}/${encodeURI(ref.name)}`,
    object: { sha: ref.sha, type: ref.type, url: `${url}/${ref.type}s/${ref.sha}` },
  };
}

/** What git itself refuses as the name of a ref, and what GitHub keeps for itself. */
function wellFormed(ref: string): boolean {
  return (
    /^refs\/(heads|tags)\/[^\0-\x20\x7f~^:?*[\\]+$/.test(ref) && !/\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(ref)
  );
}

async function create(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const { ref, sha } = call.body as { ref: string; sha: string };
  if (!wellFormed(ref)) throw unprocessable('Reference name is not valid');
  const type = await objectType(repository.directory, sha);
  if (!type) throw unprocessable('Object does not exist');
  if (ref.startsWith('refs/heads/') && type !== 'commit') throw unprocessable('Reference update failed');
  if (await readRef(repository.directory, ref)) throw unprocessable('Reference already exists');
  const done = await updateRefs(call.world, repository, [{ ref, before: zeroSha, after: sha }], actor(call));
  if (!done) throw unprocessable('Reference already exists');
  const view = refView(repository, { name: ref, sha, type });
  return created(view, { location: view.url });
}

async function update(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const { directory } = repository;
  const ref = `refs/${part(call, 'ref')}`;
  const { sha, force } = call.body as { sha: string; force?: boolean };
  const before = await readRef(directory, ref);
  if (!before) throw unprocessable('Reference does not exist');
  const type = await objectType(directory, sha);
  if (!type) throw unprocessable('Object does not exist');
  if (ref.startsWith('refs/heads/') && type !== 'commit') throw unprocessable('Reference update failed');
  if (!force && !(await isAncestor(directory, before, sha))) throw unprocessable('Update is not a fast forward');
  if (!(await updateRefs(call.world, repository, [{ ref, before, after: sha }], actor(call)))) {
    throw unprocessable('Reference cannot be updated');
  }
  return ok(refView(repository, { name: ref, sha, type }));
}

async function remove(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const ref = `refs/${part(call, 'ref')}`;
  const before = await readRef(repository.directory, ref);
  if (!before || !/^refs\/(heads|tags)\//.test(ref)) throw unprocessable('Reference does not exist');
  if (ref === `refs/heads/${repository.defaultBranch}`) throw unprocessable('Cannot delete the default branch');
  const done = await updateRefs(call.world, repository, [{ ref, before, after: zeroSha }], actor(call));
  if (!done) throw unprocessable('Reference does not exist');
  return noContent;
}

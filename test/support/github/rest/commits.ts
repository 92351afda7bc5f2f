import { sameNetwork } from '../actions/pulls.js';
import { changesBetween } from '../differences.js';
import { commitsBetween, git, gitText, mergeBase, readCommit, resolve } from '../git.js';
import { accepts, type Call, part, repositoryOf } from '../http/call.js';
import { list, page } from '../http/pages.js';
import { notFound, ok, Refusal, type Reply, unprocessable } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { isPull } from '../model/issues.js';
import { commitView, fileView, fullCommitView } from '../views/commit.js';
import { simplePullView } from '../views/pull.js';
import { repositoryPage, repositoryUrl } from '../views/repository.js';
import type { Repository } from '../world.js';

export const commits: Routes = {
  'GET /repos/{owner}/{repo}/commits': { needs: ['contents:read'], handle: listCommits },
  'GET /repos/{owner}/{repo}/commits/{ref}': { needs: ['contents:read'], handle: getCommit },
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': {
    needs: ['pull_requests:read'],
    handle(call) {
      const repository = repositoryOf(call);
      const sha = part(call, 'commit_sha');
      const all = [...repository.issues.values()].filter(isPull);
      const holding = all.filter(({ pull }) => pull.headSha === sha || pull.mergeCommit === sha);
      return list(call, holding, simplePullView);
    },
  },
  'GET /repos/{owner}/{repo}/branches/{branch}': { needs: ['contents:read'], handle: getBranch },
  'GET /repos/{owner}/{repo}/compare/{basehead}': { needs: ['contents:read'], handle: compare },
};

async function listCommits(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const { sha = repository.defaultBranch, path, since, until } = call.query;
  const start = await resolve(repository.directory, sha);
  if (!start) throw notFound();
  const limits = [...(since ? [`--since=${since}`] : []), ...(until ? [`--until=${until}`] : [])];
  const paths = path ? ['--', path] : ['--'];
  const shas = await gitText(repository.directory, ['rev-list', '--max-count=10000', ...limits, start, ...paths]);
  return list(call, shas === '' ? [] : shas.split('\n'), async (one) =>
    commitView(call.world, repository, await readCommit(repository.directory, one)),
  );
}

async function getCommit(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const ref = part(call, 'ref');
  const sha = await resolve(repository.directory, ref);
  if (!sha) throw unprocessable(`No commit found for SHA: ${ref}`);
  const wanted = accepts(call);
  if (wanted === 'sha') return { status: 200, headers: { 'content-type': 'application/vnd.github.sha' }, raw: sha };
  if (wanted === 'diff' || wanted === 'patch') {
    const text = await git(repository.directory, wanted === 'diff' ? ['show', '--format=', sha] : formatPatch(sha));
    return { status: 200, headers: { 'content-type': `application/vnd.github.${wanted}; charset=utf-8` }, raw: text };
  }
  return ok(await fullCommitView(call.world, repository, sha));
}

const formatPatch = (range: string) => ['format-patch', '--stdout', '-1', range];

async function getBranch(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const name = part(call, 'branch');
  const sha = await resolve(repository.directory, `refs/heads/${name}`);
  if (!sha) throw new Refusal(404, 'Branch not found');
  const url = `${repositoryUrl(repository)}/branches/${name}`;
  return ok({
    name,
    commit: await fullCommitView(call.world, repository, sha),
    _links: { self: url, html: `${repositoryPage(repository)}/tree/${name}` },
    protected: false,
    protection: { enabled: false, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } },
    protection_url: `${url}/protection`,
  });
}

async function compare(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const { directory } = repository;
  const [from = '', to = ''] = part(call, 'basehead').split('...');
  const base = await endOf(call, repository, from);
  const head = await endOf(call, repository, to);
  const common = await mergeBase(directory, base, head);
  if (!common) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
  const wanted = accepts(call);
  if (wanted === 'diff') {
    const headers = { 'content-type': 'application/vnd.github.diff; charset=utf-8' };
    return { status: 200, headers, raw: await git(directory, ['diff', common, head]) };
  }
  const ahead = await commitsBetween(directory, base, head);
  const behind = await commitsBetween(directory, head, base);
  const changes = await changesBetween(directory, common, head);
  const view = async (sha: string) => commitView(call.world, repository, await readCommit(directory, sha));
  const { items, headers } = page(call, ahead);
  const url = `${repositoryUrl(repository)}/compare/${from}...${to}`;
  const html = `${repositoryPage(repository)}/compare/${from}...${to}`;
  const json = {
    url,
    html_url: html,
    permalink_url: `${repositoryPage(repository)}/compare/${base.slice(0, 7)}...${head.slice(0, 7)}`,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: await view(base),
    merge_base_commit: await view(common),
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: await Promise.all(items.map(view)),
    files: changes.slice(0, 300).map((change) => fileView(repository, head, change)),
  };
  return { status: 200, headers, json };
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** One end of a comparison: a revision here, or `owner:revision` in another repository of the same network. */
async function endOf(call: Call, repository: Repository, text: string): Promise<string> {
  const [owner, revision] = text.includes(':') ? (text.split(':') as [string, string]) : [undefined, text];
  const other = owner
    ? call.world.repositories.find(
        (one) => one.owner.login.toLowerCase() === owner.toLowerCase() && sameNetwork(one, repository),
      )
    : repository;
  const sha = other && (await resolve(other.directory, revision));
  if (!other || !sha) throw notFound();
  if (other !== repository) await git(repository.directory, ['fetch', '--quiet', other.directory, sha]);
  return sha;
}

import { type Call, part, repositoryOf } from '../http/call.js';
import { type Reply, redirect } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { fullName } from '../world.js';

export const archives: Routes = {
  'GET /repos/{owner}/{repo}/tarball/{ref}': { needs: ['contents:read'], handle: (call) => toCodeload(call, 'tar.gz') },
  'GET /repos/{owner}/{repo}/zipball/{ref}': { needs: ['contents:read'], handle: (call) => toCodeload(call, 'zip') },
};

function toCodeload(call: Call, format: string): Reply {
  const repository = repositoryOf(call);
  const ref = part(call, 'ref') || repository.defaultBranch;
  return redirect(302, `https://codeload.github.com/${fullName(repository)}/legacy.${format}/${encodeURI(ref)}`);
}

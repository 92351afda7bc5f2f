import {
  type Installation,
  type InstallationToken,
  type Level,
  mayWrite,
  type Permission,
  type Repository,
  reaches,
  roleOf,
} from '../world.js';
import type { Call } from './call.js';
import { forbidden, notFound, Refusal } from './reply.js';

export type Grant = `${Permission}:${Level}`;

/**
 * What an operation asks of its caller: the App itself (its JWT), an installation, nothing, or one of some
 * permissions on the repository in the path.
 */
export type Needs = 'app' | 'installation' | 'anyone' | readonly Grant[];

/** Whether a token may do what `grant` says in a repository. */
export function granted(token: InstallationToken, repository: Repository, grant: Grant): boolean {
  const [permission, level] = grant.split(':') as [Permission, Level];
  const held = token.permissions[permission];
  return includes(token, repository) && (held === 'write' || (held === 'read' && level === 'read'));
}

export function includes(token: InstallationToken, repository: Repository): boolean {
  return reaches(token.installation, repository) && (token.repositories?.has(repository) ?? true);
}

/** Throws GitHub's refusal when the caller may not do what an operation needs. */
export function authorize(call: Call, needs: Needs, repository: Repository | undefined): void {
  if (needs === 'anyone') return;
  if (needs === 'app') {
    if (call.caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
    return;
  }
  if (call.caller.kind === 'app')
    throw new Refusal(401, 'A JSON web token is not accepted here: use an installation token');
  if (needs === 'installation') {
    if (call.caller.kind !== 'installation') throw forbidden();
    return;
  }
  if (!repository) throw notFound();
  authorizeFor(call, needs, repository);
}

function authorizeFor(call: Call, needs: readonly Grant[], repository: Repository): void {
  const { caller } = call;
  const reading = needs.every((grant) => grant.endsWith(':read'));
  if (repository.private && !canSee(call, repository)) throw notFound();
  if (repository.archived && !reading) throw new Refusal(403, 'Repository was archived so is read-only.');
  // What is public is readable without any permission, by installation tokens too.
  if (reading && !repository.private) return;
  if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
  if (caller.kind === 'installation') {
    if (needs.some((grant) => granted(caller.token, repository, grant))) return;
    throw forbidden(needs.map((grant) => grant.replace(':', '=')).join('; '));
  }
  if (caller.kind === 'user' && !reading && !openToAll(needs) && !mayWrite(repository, caller.account))
    throw notFound();
}

/** Anybody with an account may open issues and pull requests and comment on them. */
function openToAll(needs: readonly Grant[]): boolean {
  return needs.some((grant) => grant === 'issues:write' || grant === 'pull_requests:write');
}

function canSee(call: Call, repository: Repository): boolean {
  if (call.caller.kind === 'installation') return includes(call.caller.token, repository);
  return call.caller.kind === 'user' && roleOf(repository, call.caller.account) !== undefined;
}

/** A further permission that only the handler can know of: an issue's or a pull request's. */
export function demand(call: Call, repository: Repository, ...grants: Grant[]): void {
  authorize(call, grants, repository);
}

export function installationOfCaller(call: Call): Installation {
  if (call.caller.kind !== 'installation') throw forbidden();
  return call.caller.installation;
}

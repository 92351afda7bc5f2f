import type { EmitterWebhookEvent } from '@octokit/webhooks';
import type { Fork } from '../jobs/forks.js';
import type { Job } from '../jobs/job.js';
import type { Ledger } from '../jobs/ledger.js';

type Event<Name extends 'push' | 'create' | 'release' | 'installation' | 'installation_repositories'> =
  EmitterWebhookEvent<Name>['payload'];

/** The part of an event that is read. */
export interface TakenEvent {
  readonly name: string;
  readonly payload: unknown;
}

/** What has to be looked at after an event. Nothing that an event says is believed: the jobs ask GitHub. */
export async function jobsOf({ name, payload }: TakenEvent, ledger: Ledger): Promise<readonly Job[]> {
  switch (name) {
    case 'push':
      return afterPush(payload as Event<'push'>, ledger);
    case 'create':
      return (payload as Event<'create'>).ref_type === 'tag' ? afterTag(payload as Event<'create'>, ledger) : [];
    case 'release':
      return afterTag(payload as Event<'release'>, ledger);
    case 'installation':
      return afterInstallation(payload as Event<'installation'>);
    case 'installation_repositories':
      return afterRepositories(payload as Event<'installation_repositories'>);
    default:
      return [];
  }
}

async function afterPush({ ref, repository, installation }: Event<'push'>, ledger: Ledger): Promise<readonly Job[]> {
  const owner = repository.owner?.login;
  if (installation === undefined || !owner) return [];
  // The owner's `.github` repository may hold the configuration of each of their forks.
  if (repository.name === '.github') return (await ledger.forks.ofOwner(owner)).map(syncOf);
  const known = await ledger.forks.find(owner, repository.name);
  const branches = [repository.default_branch, ...(known ? [known.base] : [])];
  if (!branches.some((branch) => ref === `refs/heads/${branch}`)) return [];
  if (known === null && (await ledger.forks.dismissed(owner, repository.name))) return [];
  return [sync(installation.id, owner, repository.name, 'push')];
}

async function afterTag({ repository }: Event<'create' | 'release'>, ledger: Ledger): Promise<readonly Job[]> {
  const address = canonical(repository.html_url);
  const urls = (await ledger.drivers.upstreams()).filter((url) => canonical(url) === address);
  return urls.map((url) => ({ queue: 'poll-upstream', data: { url } }));
}

/** What was added is named; what was taken away shows in what GitHub still lists. */
function afterInstallation({ action, installation, repositories }: Event<'installation'>): readonly Job[] {
  if (action !== 'created') return [reconcile(`installation ${action}`)];
  return (repositories ?? []).flatMap(({ full_name }) => syncNamed(installation.id, full_name));
}

function afterRepositories(event: Event<'installation_repositories'>): readonly Job[] {
  const added = event.repositories_added.flatMap(({ full_name }) => syncNamed(event.installation.id, full_name ?? ''));
  return event.repositories_removed.length === 0 ? added : [...added, reconcile('repositories removed')];
}

function syncNamed(installationId: number, fullName: string): readonly Job[] {
  const [owner, repo] = fullName.split('/');
  return owner && repo ? [sync(installationId, owner, repo, 'installed')] : [];
}

function syncOf({ installationId, owner, repo }: Fork): Job {
  return sync(installationId, owner, repo, 'push');
}

function sync(installationId: number, owner: string, repo: string, reason: string): Job {
  return { queue: 'sync-fork', data: { installationId, owner, repo, reason } };
}

function reconcile(reason: string): Job {
  return { queue: 'reconcile', data: { reason } };
}

/** Two addresses of one repository are equal: GitHub ignores case, and git a `.git` or a slash at the end. */
function canonical(url: string): string {
  return url
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}

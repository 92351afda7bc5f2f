/** Everything the App does is one of these, stored before it is done. */
export type Job =
  | { readonly queue: 'reconcile'; readonly data: { readonly reason: string } }
  | { readonly queue: 'sync-fork'; readonly data: SyncFork }
  | { readonly queue: 'poll-upstream'; readonly data: { readonly url: string } }
  | { readonly queue: 'update-driver'; readonly data: UpdateDriver };

export interface SyncFork {
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
  readonly reason: string;
}

export interface UpdateDriver extends SyncFork {
  readonly attr: string;
}

export type QueueName = Job['queue'];
export type JobData<Name extends QueueName> = Extract<Job, { queue: Name }>['data'];

export const queueNames: readonly QueueName[] = ['reconcile', 'sync-fork', 'poll-upstream', 'update-driver'];

/** Jobs of one queue with one key are one job while they wait, and never run side by side. */
export function keyOf(job: Job): string {
  switch (job.queue) {
    case 'reconcile':
      return 'all';
    case 'sync-fork':
      return forkKey(job.data.owner, job.data.repo);
    case 'poll-upstream':
      return job.data.url;
    case 'update-driver':
      return `${forkKey(job.data.owner, job.data.repo)} ${job.data.attr}`;
  }
}

/** GitHub's names are case-insensitive. */
export function forkKey(owner: string, repo: string): string {
  return `${owner}/${repo}`.toLowerCase();
}

import { createRequire } from 'node:module';
import type { EmitterWebhookEvent } from '@octokit/webhooks';
import { Probot } from 'probot';
import { jobsOf } from '../src/app/jobs-of.js';
import { createApp } from '../src/app.js';
import type { Database } from '../src/jobs/database.js';
import type { Job } from '../src/jobs/job.js';
import { type Ledger, openLedger } from '../src/jobs/ledger.js';
import { quiet } from './support/quiet.js';
import { someApp } from './support/small-github.js';
import { openTemporaryStore, type TemporaryStore } from './support/store.js';

interface Definition {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}

const definitions: readonly Definition[] = createRequire(import.meta.url)(
  '@octokit/webhooks-examples/api.github.com/index.json',
);

let store: TemporaryStore;
let database: Database;
let ledger: Ledger;
beforeAll(async () => {
  store = await openTemporaryStore();
  database = store.database;
  ledger = openLedger(database);
});
afterAll(() => store.remove());

describe('the App', () => {
  it('accepts every event that GitHub documents, without an error', async () => {
    const { probot, errors } = await probotWith([]);
    let count = 0;
    for (const { name, examples } of definitions) {
      for (const payload of examples) {
        await probot.receive({ id: `example-${count++}`, name, payload } as unknown as EmitterWebhookEvent);
      }
    }
    expect(errors).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });

  it('takes a delivery again when its job could not be stored', async () => {
    const sent: Job[] = [];
    const { probot } = await probotWith(sent, 1);
    const event = {
      id: 'again',
      name: 'installation',
      payload: installed('deleted'),
    } as unknown as EmitterWebhookEvent;
    await expect(probot.receive(event)).rejects.toThrow();
    await probot.receive(event);
    await probot.receive(event);
    expect(sent).toEqual([{ queue: 'reconcile', data: { reason: 'installation deleted' } }]);
  });
});

describe('what is looked at after an event', () => {
  beforeAll(async () => {
    for (const repo of ['nixpkgs', 'second']) {
      await ledger.forks.save({
        owner: 'anna',
        repo,
        installationId: 1,
        defaultBranch: 'master',
        head: 'a',
        base: 'staging',
        baseHead: 'b',
        config: null,
        configOrigin: null,
        configErrors: [],
      });
    }
    const upstream = 'https://github.com/Author/Driver.git';
    await ledger.drivers.replace('anna', 'nixpkgs', [{ attr: 'd', driver: { attr: 'd' }, options: {}, upstream }]);
    await ledger.forks.dismiss('anna', 'website');
  });

  const push = (name: string, ref: string) => ({
    name: 'push',
    payload: { ref, installation: { id: 1 }, repository: { name, owner: { login: 'anna' }, default_branch: 'master' } },
  });
  const sync = (repo: string) => ({
    queue: 'sync-fork',
    data: { installationId: 1, owner: 'anna', repo, reason: 'push' },
  });

  it.each([
    ['its default branch', 'refs/heads/master', 1],
    ['the base of its pull requests', 'refs/heads/staging', 1],
    ['a branch of the App itself', 'refs/heads/modprobot/staging/d', 0],
    ['a tag of the same name', 'refs/tags/master', 0],
  ])('is the fork, after a push to %s: %s, %i times', async (_title, ref, times) => {
    expect(await jobsOf(push('nixpkgs', ref), ledger)).toEqual(Array(times).fill(sync('nixpkgs')));
  });

  it('is every fork of the owner, after a push to the repository that may hold their configuration', async () => {
    expect(await jobsOf(push('.github', 'refs/heads/main'), ledger)).toEqual([sync('nixpkgs'), sync('second')]);
  });

  it('is nothing, after a push to what is known to be no nixpkgs', async () => {
    expect(await jobsOf(push('website', 'refs/heads/master'), ledger)).toEqual([]);
  });

  it.each(['create', 'release'])('is the upstream, after a %s there, however its address is written', async (name) => {
    const payload = { ref_type: 'tag', repository: { html_url: 'https://github.com/author/driver' } };
    expect(await jobsOf({ name, payload }, ledger)).toEqual([
      { queue: 'poll-upstream', data: { url: 'https://github.com/Author/Driver.git' } },
    ]);
  });

  it('is nothing, after a new branch upstream or a tag of a repository that nobody follows', async () => {
    const branch = { ref_type: 'branch', repository: { html_url: 'https://github.com/author/driver' } };
    const other = { ref_type: 'tag', repository: { html_url: 'https://github.com/author/other' } };
    expect(await jobsOf({ name: 'create', payload: branch }, ledger)).toEqual([]);
    expect(await jobsOf({ name: 'create', payload: other }, ledger)).toEqual([]);
  });

  it('is every repository that was added, and everything when one was taken away', async () => {
    const installation = { id: 2 };
    const added = { installation, repositories_added: [{ full_name: 'x/y' }], repositories_removed: [] };
    const removed = { installation, repositories_added: [], repositories_removed: [{ full_name: 'x/y' }] };
    expect(await jobsOf({ name: 'installation_repositories', payload: added }, ledger)).toEqual([
      { queue: 'sync-fork', data: { installationId: 2, owner: 'x', repo: 'y', reason: 'installed' } },
    ]);
    expect(await jobsOf({ name: 'installation_repositories', payload: removed }, ledger)).toEqual([
      { queue: 'reconcile', data: { reason: 'repositories removed' } },
    ]);
  });
});

function installed(action: string) {
  return { action, installation: { id: 1 }, repositories: [] };
}

/** A Probot that stores its jobs in `sent`, after so many failures to store one. */
async function probotWith(sent: Job[], failures = 0): Promise<{ probot: Probot; errors: unknown[] }> {
  const { appId, privateKey, webhookSecret } = someApp();
  const probot = new Probot({ appId, privateKey, secret: webhookSecret, log: quiet });
  let left = failures;
  const send = async (job: Job) => {
    if (left-- > 0) throw new Error('the store is full');
    sent.push(job);
  };
  await probot.load(createApp({ ledger, queue: { send }, delivered: () => {} }));
  const errors: unknown[] = [];
  probot.onError((error) => {
    errors.push(error);
  });
  return { probot, errors };
}

import type { Job } from '../../src/jobs/job.js';
import { openLedger } from '../../src/jobs/ledger.js';
import type { Queue } from '../../src/jobs/queue.js';
import { limitedPerHost } from '../../src/watch/per-host.js';
import { listTags } from '../../src/watch/tags.js';
import { pollUpstream } from '../../src/worker/poll-upstream.js';
import type { WorkerContext } from '../../src/worker/ports.js';
import { netTo } from '../support/net.js';
import { quiet } from '../support/quiet.js';
import { openTemporaryStore, type TemporaryStore } from '../support/store.js';
import { addresses, startUpstreams, type Upstreams } from '../support/upstreams.js';

const urls = addresses(40);
let store: TemporaryStore;
let upstreams: Upstreams;

beforeAll(async () => {
  [store, upstreams] = await Promise.all([openTemporaryStore(), startUpstreams()]);
}, 120_000);
afterAll(async () => {
  await upstreams.close();
  await store.remove();
});

it('asks each of many upstreams at most twice, and makes work of those alone that changed', async () => {
  const ledger = openLedger(store.database);
  const sent: Job[] = [];
  const { git } = netTo(upstreams);
  const context = {
    ledger,
    queue: { send: async (job: Job) => void sent.push(job) } as unknown as Queue,
    log: quiet,
    ports: { listTags: limitedPerHost((url) => listTags(url, git)) },
  } as unknown as WorkerContext;
  const id = { owner: 'owner', repo: 'nixpkgs' };
  const commit = 'a'.repeat(40);
  const heads = { defaultBranch: 'master', head: commit, base: 'master', baseHead: commit };
  await ledger.forks.save({ ...id, installationId: 1, ...heads, config: null, configOrigin: null, configErrors: [] });
  const drivers = urls.map((upstream, number) => ({ attr: `driver${number}`, upstream }));
  const found = drivers.map(({ attr, upstream }) => ({ attr, upstream, driver: { attr }, options: {} }));
  await ledger.drivers.replace(id.owner, id.repo, found);

  /** Looks at every upstream; its requests by upstream, and the updates that were asked for and are done now. */
  const round = async () => {
    await Promise.all(urls.map((url) => pollUpstream({ url }, context)));
    for (const { attr, upstream } of drivers) {
      const digest = (await ledger.upstreams.find(upstream))?.digest ?? '';
      await ledger.drivers.record(
        { ...id, attr },
        { outcome: 'current' },
        { digest, baseHead: commit, at: new Date() },
      );
    }
    const requests = upstreams.takeRequests();
    const most = urls.map((url) => requests.filter((asked) => asked.startsWith(new URL(url).pathname)).length);
    return { requests: requests.length, most: Math.max(...most), updates: sent.splice(0).length };
  };

  expect(await round()).toEqual({ requests: 80, most: 2, updates: 40 });
  expect(await round()).toEqual({ requests: 80, most: 2, updates: 0 });
  await upstreams.release('v2.0');
  expect(await round()).toEqual({ requests: 80, most: 2, updates: 40 });
}, 300_000);

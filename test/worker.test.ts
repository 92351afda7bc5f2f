import { Fault, retryAfterSeconds } from '../src/errors.js';
import type { Forge, ForgePullRequest } from '../src/github/forge.js';
import type { Installations } from '../src/github/installation.js';
import type { Job } from '../src/jobs/job.js';
import { type Ledger, openLedger } from '../src/jobs/ledger.js';
import type { Queue } from '../src/jobs/queue.js';
import type { Driver } from '../src/nixpkgs/driver.js';
import type { UpdateRequest } from '../src/pipeline/ports.js';
import type { Tag } from '../src/watch/tag.js';
import { pollUpstream } from '../src/worker/poll-upstream.js';
import type { Updated, WorkerContext } from '../src/worker/ports.js';
import { reconcile } from '../src/worker/reconcile.js';
import { syncFork } from '../src/worker/sync-fork.js';
import { updateDriver } from '../src/worker/update-driver.js';
import { cronOf } from '../src/worker.js';
import { quiet } from './support/quiet.js';
import { openTemporaryStore, type TemporaryStore } from './support/store.js';
import { tagsAlone } from './support/tags-alone.js';

let store: TemporaryStore;
let ledger: Ledger;
beforeAll(async () => {
  store = await openTemporaryStore();
  ledger = openLedger(store.database);
});
afterAll(() => store.remove());

const configPath = '.github/modprobot.yml';
const url = 'https://github.com/author/driver.git';
const tag: Tag = { name: 'v1', commit: '1'.repeat(40) };

describe('sync-fork', () => {
  it('tracks the drivers that the configuration names, and asks for a look at their upstreams', async () => {
    const world = new World('sync-one');
    world.config('drivers:\n  driver:\n  pinned: {}\n  drivr: {}\n');
    await world.sync();
    expect(world.sent).toEqual([{ queue: 'poll-upstream', data: { url } }]);
    const drivers = await ledger.drivers.ofFork('sync-one', 'nixpkgs');
    expect(drivers.map(({ attr, outcome }) => [attr, outcome?.code, outcome?.reason])).toEqual([
      ['driver', undefined, undefined],
      ['drivr', 'unknown-attribute', expect.stringContaining('Did you mean driver?')],
      ['pinned', 'follows-no-tags', expect.stringContaining('pinned')],
    ]);
  });

  it('writes nothing down for a repository that is no nixpkgs', async () => {
    const world = new World('sync-none');
    world.files.delete('nixpkgs:pkgs/top-level/linux-kernels.nix');
    await world.sync();
    expect(await ledger.forks.find('sync-none', 'nixpkgs')).toBeNull();
    expect(await ledger.forks.dismissed('sync-none', 'nixpkgs')).toBe(true);
  });

  it("takes the configuration of the owner's .github repository when the fork has none", async () => {
    const world = new World('sync-shared');
    world.files.set(`.github:${configPath}`, 'base: staging\n');
    await world.sync();
    expect(await ledger.forks.find('sync-shared', 'nixpkgs')).toMatchObject({
      base: 'staging',
      configOrigin: `sync-shared/.github:${configPath}`,
    });
  });

  it('keeps the last good configuration in force while the newest is wrong, and says where', async () => {
    const world = new World('sync-bad');
    world.config('drivers:\n  driver: {}\n');
    await world.sync();
    world.heads.set('master', 'b');
    world.config('drivers:\n  driver: { kernles: [all] }\n');
    await world.sync();
    expect(await ledger.forks.find('sync-bad', 'nixpkgs')).toMatchObject({
      head: 'b',
      config: { drivers: { driver: {} } },
      configErrors: [{ line: 2, column: 13, message: expect.stringContaining('did you mean `kernels`?') }],
    });
    expect(await ledger.drivers.find('sync-bad', 'nixpkgs', 'driver')).not.toBeNull();
  });

  it('treats a base that is not there as a wrong configuration', async () => {
    const world = new World('sync-base');
    world.config('base: nowhere\n');
    await world.sync();
    const fork = await ledger.forks.find('sync-base', 'nixpkgs');
    expect(fork?.base).toBe('master');
    expect(fork?.configErrors[0]?.message).toContain('no branch nowhere');
  });

  it('scans a tree once, and again when it moved', async () => {
    const world = new World('sync-scan');
    world.config('drivers:\n  driver: {}\n');
    await world.sync();
    await world.sync();
    expect(world.scanned).toEqual(['a']);
    world.heads.set('master', 'b');
    await world.sync();
    expect(world.scanned).toEqual(['a', 'b']);
  });

  it('forgets a fork that the App no longer reaches', async () => {
    const world = new World('sync-gone');
    await world.sync();
    world.reachable = false;
    await world.sync();
    expect(await ledger.forks.find('sync-gone', 'nixpkgs')).toBeNull();
  });

  it('notices what people did with a pull request while no hook told of it', async () => {
    const world = new World('sync-pulls');
    await world.sync();
    const known = { owner: 'sync-pulls', repo: 'nixpkgs', attr: 'driver', base: 'master', head: 'h', version: '1' };
    await ledger.pullRequests.save({ ...known, number: 5, state: 'open' });
    world.pulls.push({ number: 5, state: 'merged' });
    await world.sync();
    expect(await ledger.pullRequests.find('sync-pulls', 'nixpkgs', 'driver', 'master')).toMatchObject({
      state: 'merged',
    });
  });
});

describe('poll-upstream', () => {
  it('asks for an update once per tag list, and again while the driver waits', async () => {
    const world = await tracked('poll-once');
    const mine = () => world.updatesOf('poll-once');
    await pollUpstream({ url }, world.context);
    expect(mine()).toHaveLength(1);
    await world.update();
    await pollUpstream({ url }, world.context);
    expect(mine()).toHaveLength(1);
    world.result = { outcome: { outcome: 'waiting' }, pullRequest: null };
    world.tags = [tag, { name: 'v2', commit: '2'.repeat(40) }];
    await pollUpstream({ url }, world.context);
    await world.update();
    await pollUpstream({ url }, world.context);
    expect(mine().map(({ data }) => data.reason)).toEqual(['tags', 'tags', 'waiting']);
  });

  it('asks again when a tag moved to another commit', async () => {
    const world = await tracked('poll-moved');
    await pollUpstream({ url }, world.context);
    await world.update();
    world.tags = [{ name: 'v1', commit: 'f'.repeat(40) }];
    await pollUpstream({ url }, world.context);
    expect(world.updatesOf('poll-moved')).toHaveLength(2);
  });

  it('tells every follower of an upstream that has gone', async () => {
    const world = await tracked('poll-gone', { upstream: 'https://github.com/author/gone.git' });
    world.fails = new Fault('upstream-gone', `${world.upstream} does not exist any more.`);
    await world.poll();
    expect((await ledger.drivers.find('poll-gone', 'nixpkgs', 'driver'))?.outcome).toEqual({
      outcome: 'fault',
      code: 'upstream-gone',
      reason: `${world.upstream} does not exist any more.`,
    });
  });

  it('leaves an upstream that failed alone, comes back to it later, and tells nobody of what passes', async () => {
    const world = await tracked('poll-rest', { upstream: 'https://github.com/author/rest.git' });
    world.fails = new Fault('upstream-unreachable', 'does not answer');
    await world.poll();
    await world.poll();
    expect(world.listings).toBe(1);
    expect(world.delays).toEqual([expect.any(Number)]);
    expect(world.delays[0]).toBeGreaterThanOrEqual(30);
    expect(world.delays[0]).toBeLessThanOrEqual(60);
    expect((await ledger.drivers.find('poll-rest', 'nixpkgs', 'driver'))?.outcome).toBeNull();
  });

  it('asks for an update when a release came of age, and not before', async () => {
    const world = await tracked('poll-age', {
      upstream: 'https://github.com/author/age.git',
      config: 'minimumReleaseAge: 3d\ndrivers:\n  driver:\n',
    });
    const day = 86_400_000;
    const save = (tags: readonly Tag[], daysAgo: number) =>
      ledger.upstreams.save(world.upstream, tags, new Date(Date.now() - daysAgo * day));
    await save([], 9);
    await save([tag], 4);
    await save([tag, { name: 'v2', commit: '2'.repeat(40) }], 1);
    world.tags = [tag, { name: 'v2', commit: '2'.repeat(40) }];
    const driver = await ledger.drivers.find('poll-age', 'nixpkgs', 'driver');
    const digest = (await ledger.upstreams.find(world.upstream))?.digest ?? '';
    const held = { outcome: 'waiting', code: 'release-too-young' };
    const lookedAt = async (daysAgo: number) => {
      if (driver === null) throw new Error('the driver is not tracked');
      await ledger.drivers.record(driver, held, { digest, baseHead: 'a', at: new Date(Date.now() - daysAgo * day) });
      world.sent.length = 0;
      await world.poll();
      return world.updatesOf('poll-age').map(({ data }) => data.reason);
    };
    expect(await lookedAt(2)).toEqual(['age']);
    expect(await lookedAt(0.5)).toEqual([]);
  });

  it('lists nothing for an address that nobody follows', async () => {
    const world = new World('poll-none');
    world.fails = new Error('must not be asked');
    await pollUpstream({ url: 'https://example.org/nobody.git' }, world.context);
    expect(world.sent).toEqual([]);
  });
});

describe('update-driver', () => {
  it('hands the pipeline what it needs, and records what became of it', async () => {
    const world = await tracked('update-one', {
      upstream: 'https://github.com/author/one.git',
      config: 'base: staging\nkernels: [latest]\ndrivers:\n  driver: { ignore: ["2"] }\n',
    });
    const pullRequest = { head: 'modprobot/staging/driver', number: 9, version: '2', state: 'open' } as const;
    world.result = { outcome: { outcome: 'edited', kernels: [] }, pullRequest };
    await world.poll();
    await world.update();
    const firstSights = [{ name: tag.name, commit: tag.commit, at: null }];
    expect(world.asked).toMatchObject([
      { attr: 'driver', base: 'staging', kernels: ['latest'], options: { ignore: ['2'] }, tags: [tag], firstSights },
    ]);
    expect(await ledger.drivers.find('update-one', 'nixpkgs', 'driver')).toMatchObject({
      outcome: { outcome: 'edited' },
      tagsDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await ledger.pullRequests.find('update-one', 'nixpkgs', 'driver', 'staging')).toMatchObject({ number: 9 });
  });

  it('records a fault and throws it, so that the queue tries again', async () => {
    const world = await tracked('update-fault');
    world.result = new Fault('download-too-large', 'too large');
    await expect(world.update()).rejects.toThrow('too large');
    expect(await ledger.drivers.find('update-fault', 'nixpkgs', 'driver')).toMatchObject({
      outcome: { outcome: 'fault', code: 'download-too-large', reason: 'too large' },
      rest: { tries: 1 },
    });
  });

  it('has the queue wait after a fault, twice as long each time, up to a day', async () => {
    const world = await tracked('update-waits');
    world.result = new Fault('download-failed', 'broke off');
    const waits: number[] = [];
    for (let attempt = 0; attempt < 14; attempt++) {
      waits.push(await world.fail());
      await world.restIsOver();
    }
    waits.forEach((seconds, attempt) => {
      const longest = Math.min(60 * 2 ** attempt, 86_400);
      expect(seconds).toBeGreaterThanOrEqual(longest / 2 - 1);
      expect(seconds).toBeLessThanOrEqual(longest);
    });
  });

  it('waits as long as GitHub asks for', async () => {
    const world = await tracked('update-limited');
    world.result = new Fault('github-rate-limited', 'slow down', { retryAfterSeconds: 2000 });
    const seconds = await world.fail();
    expect(seconds).toBeGreaterThan(1990);
    expect(seconds).toBeLessThanOrEqual(2000);
  });

  it('is not run by polls or by another job while it rests, and is when its time has come', async () => {
    const world = await tracked('update-rests');
    world.result = new Fault('download-failed', 'broke off');
    await world.poll();
    await world.fail();
    expect(await world.reasons()).toEqual([]);
    await world.update();
    expect(world.asked).toHaveLength(1);
    await world.restIsOver();
    expect(await world.reasons()).toEqual(['waiting']);
  });

  it('is run at once, with the shortest wait after it, when tags, base or options changed', async () => {
    const world = await tracked('update-changed', { upstream: 'https://github.com/author/changed.git' });
    world.result = new Fault('download-failed', 'broke off');
    const tries = async () => (await ledger.drivers.find(world.owner, 'nixpkgs', 'driver'))?.rest?.tries;
    const failTwice = async () => {
      await world.fail();
      await world.restIsOver();
      await world.fail();
      expect([await world.reasons(), await tries()]).toEqual([[], 2]);
    };
    await failTwice();

    world.tags = [{ name: 'v9', commit: '9'.repeat(40) }];
    expect(await world.reasons()).toEqual(['tags']);
    await world.fail();
    expect(await tries()).toBe(1);
    await world.restIsOver();
    await world.fail();

    world.heads.set('master', 'b');
    await world.sync();
    expect(await world.reasons()).toEqual(['waiting']);
    await world.fail();
    expect(await tries()).toBe(1);
    await world.restIsOver();
    await world.fail();

    world.config('drivers:\n  driver: { series: "1" }\n');
    world.heads.set('master', 'c');
    await world.sync();
    expect(await world.reasons()).toEqual(['tags']);
    world.result = { outcome: { outcome: 'current' }, pullRequest: null };
    await world.update();
    expect(await tries()).toBeUndefined();
  });

  it('comes back, hours later, to kernels that could not be built', async () => {
    const world = await tracked('update-unbuilt');
    const published = (...states: string[]) => ({
      outcome: { outcome: 'published', kernels: states.map((status) => ({ status })) },
      pullRequest: null,
    });
    world.result = published('same', 'not built');
    await world.update();
    expect(await world.reasons()).toEqual([]);
    const until = (await ledger.drivers.find(world.owner, 'nixpkgs', 'driver'))?.rest?.until ?? new Date(0);
    expect(until.getTime() - Date.now()).toBeGreaterThan(59 * 60_000);
    // Another tree fills no binary cache.
    world.heads.set('master', 'b');
    await world.sync();
    expect(await world.reasons()).toEqual([]);
    await world.restIsOver();
    expect(await world.reasons()).toEqual(['waiting']);
    world.result = published('same', 'fixed');
    await world.update();
    expect(await world.reasons()).toEqual([]);
    expect((await ledger.drivers.find(world.owner, 'nixpkgs', 'driver'))?.rest).toBeNull();
  });

  it('that waits for a kernel looks again when the base moved or other kernels are wanted, and not before', async () => {
    const world = await tracked('update-kernel', { config: 'base: staging\ndrivers:\n  driver:\n' });
    world.result = { outcome: { outcome: 'waiting', code: 'kernel-not-in-nixpkgs' }, pullRequest: null };
    await world.update();
    expect(await world.reasons()).toEqual([]);
    world.heads.set('staging', 't');
    await world.sync();
    expect(await world.reasons()).toEqual(['waiting']);
    await world.update();
    expect(await world.reasons()).toEqual([]);
    world.config('base: staging\nkernels: [default]\ndrivers:\n  driver:\n');
    world.heads.set('master', 'b');
    await world.sync();
    expect(await world.reasons()).toEqual(['tags']);
  });

  it('does nothing for a driver that left the configuration meanwhile', async () => {
    const world = await tracked('update-left');
    world.config('drivers: {}\n');
    await world.sync();
    await world.update();
    expect(world.asked).toEqual([]);
  });
});

describe('reconcile', () => {
  it('looks at every repository that GitHub lists and every upstream, and forgets what GitHub does not list', async () => {
    const world = await tracked('reconcile-one');
    world.listed = [
      { owner: 'reconcile-one', name: 'nixpkgs', fork: true, archived: false },
      { owner: 'reconcile-one', name: 'old', fork: true, archived: true },
    ];
    await tracked('reconcile-left');
    world.sent.length = 0;
    await reconcile({ reason: 'schedule' }, world.context);
    const data = { installationId: 1, owner: 'reconcile-one', repo: 'nixpkgs', reason: 'schedule' };
    expect(world.sent).toContainEqual({ queue: 'sync-fork', data });
    expect(world.sent).toContainEqual({ queue: 'poll-upstream', data: { url } });
    expect(world.sent.filter(({ queue }) => queue === 'sync-fork')).toHaveLength(1);
    expect(await ledger.forks.find('reconcile-left', 'nixpkgs')).toBeNull();
  });

  it('keeps the forks of an installation that does not answer', async () => {
    const world = await tracked('reconcile-silent');
    world.listed = new Error('502');
    await expect(reconcile({ reason: 'schedule' }, world.context)).rejects.toThrow('did not answer');
    expect(await ledger.forks.find('reconcile-silent', 'nixpkgs')).not.toBeNull();
  });
});

it.each([
  [1, '*/1 * * * *'],
  [15, '*/15 * * * *'],
  [60, '0 */1 * * *'],
  [1440, '0 0 * * *'],
])('compares everything every %i minutes by the cron line %s', (minutes, cron) => {
  expect(cronOf(minutes)).toBe(cron);
});

/** A fork that was synced once, so that its driver is tracked. */
async function tracked(
  owner: string,
  { config = 'drivers:\n  driver: {}\n', upstream = url }: { config?: string; upstream?: string } = {},
): Promise<World> {
  const world = new World(owner);
  world.upstream = upstream;
  world.config(config);
  await world.sync();
  world.sent.length = 0;
  return world;
}

/** One owner's corner of GitHub, an upstream, and what the worker did with them. */
class World {
  readonly owner: string;
  readonly heads = new Map([
    ['master', 'a'],
    ['staging', 's'],
  ]);
  readonly files = new Map([['nixpkgs:pkgs/top-level/linux-kernels.nix', '{ }']]);
  readonly pulls: Pick<ForgePullRequest, 'number' | 'state'>[] = [];
  readonly sent: Job[] = [];
  readonly scanned: string[] = [];
  readonly asked: UpdateRequest[] = [];
  readonly delays: number[] = [];
  upstream = url;
  listings = 0;
  reachable = true;
  listed: Awaited<ReturnType<Installations['repositories']>> | Error = [];
  tags: readonly Tag[] = [tag];
  fails: Error | null = null;
  result: Updated | Error = { outcome: { outcome: 'current' }, pullRequest: null };

  constructor(owner: string) {
    this.owner = owner;
  }

  config(text: string): void {
    this.files.set(`nixpkgs:${configPath}`, text);
  }

  sync(): Promise<void> {
    return syncFork({ installationId: 1, owner: this.owner, repo: 'nixpkgs', reason: 'test' }, this.context);
  }

  poll(): Promise<void> {
    return pollUpstream({ url: this.upstream }, this.context);
  }

  update(): Promise<void> {
    const job = { installationId: 1, owner: this.owner, repo: 'nixpkgs', attr: 'driver', reason: 'test' };
    return updateDriver(job, this.context, new AbortController().signal);
  }

  /** Runs an update that fails. Answers the seconds after which it is to be tried again. */
  async fail(): Promise<number> {
    const fault = await this.update().catch((error: unknown) => error);
    return retryAfterSeconds(fault) ?? Number.NaN;
  }

  /** Polls. Answers why updates of its driver were asked for. */
  async reasons(): Promise<readonly string[]> {
    this.sent.length = 0;
    await this.poll();
    return this.updatesOf(this.owner).map(({ data }) => data.reason);
  }

  /** As if the time had passed. */
  async restIsOver(): Promise<void> {
    await store.database.query('UPDATE modprobot.drivers SET rests_until = now() WHERE fork = $1', [
      `${this.owner}/nixpkgs`,
    ]);
  }

  updatesOf(owner: string) {
    return this.sent.flatMap((job) => (job.queue === 'update-driver' && job.data.owner === owner ? [job] : []));
  }

  get context(): WorkerContext {
    const send = async (job: Job, delay?: number) => {
      this.sent.push(job);
      if (delay !== undefined) this.delays.push(delay);
    };
    const queue = { send } as unknown as Queue;
    return { ledger, queue, log: quiet, ports: { ...this.#ports(), installations: this.#installations() } };
  }

  #ports(): Omit<WorkerContext['ports'], 'installations'> {
    return {
      scan: async (_forge, commit) => {
        this.scanned.push(commit);
        return ['driver', 'pinned'].map((attr) => ({ attr }) as Driver);
      },
      upstreamOf: ({ attr }) => (attr === 'driver' ? this.upstream : null),
      ...tagsAlone,
      listTags: async () => {
        this.listings += 1;
        if (this.fails) throw this.fails;
        return this.tags;
      },
      updateDriver: async (request) => {
        this.asked.push(request);
        if (this.result instanceof Error) throw this.result;
        return this.result;
      },
    };
  }

  #installations(): Installations {
    return {
      list: async () => [{ id: 1, account: this.owner }],
      officialNixpkgs: async () => {
        throw new Fault('github-unavailable', 'not there');
      },
      repositories: async () => {
        if (this.listed instanceof Error) throw this.listed;
        return this.listed;
      },
      forge: async (_id, { name }) => {
        if (!this.reachable) throw new Fault('github-not-found', 'not there');
        return this.#forge(name);
      },
    };
  }

  #forge(name: string): Forge {
    return {
      repository: async () => ({ defaultBranch: 'master', archived: false }),
      branchHead: async (branch: string) => this.heads.get(branch) ?? null,
      readFile: async (path: string) => this.files.get(`${name}:${path}`) ?? null,
      pullRequests: async () => this.pulls,
    } as unknown as Forge;
  }
}

import { Fault } from '../../src/errors.js';
import type { Database } from '../../src/jobs/database.js';
import type { FoundDriver } from '../../src/jobs/drivers.js';
import type { Fork } from '../../src/jobs/forks.js';
import type { QueueName } from '../../src/jobs/job.js';
import { type Ledger, openLedger } from '../../src/jobs/ledger.js';
import { migrate } from '../../src/jobs/migrations.js';
import { type Handlers, Queue } from '../../src/jobs/queue.js';
import { quiet } from '../support/quiet.js';

/** What a store promises, whichever adapter stands behind it. `open` gives a migrated store that nobody else uses. */
export function storeContract(open: () => Promise<Database>): void {
  let database: Database;
  let ledger: Ledger;
  beforeAll(async () => {
    database = await open();
    ledger = openLedger(database);
  });
  afterAll(() => database.close());

  describe('the database', () => {
    it('gives back JSON, arrays and dates as they are', async () => {
      const [row] = await database.query(
        "SELECT $1::jsonb AS json, $2::text[] AS list, timestamptz '2026-11-20 12:00Z' AS date, 3::int AS number",
        [JSON.stringify({ list: [1, 'two'] }), ['a', 'b']],
      );
      expect(row).toEqual({
        json: { list: [1, 'two'] },
        list: ['a', 'b'],
        date: new Date('2026-11-20T12:00Z'),
        number: 3,
      });
    });

    it('undoes everything in a transaction that fails, and goes on', async () => {
      const failing = database.transaction(async (transaction) => {
        await transaction.query("INSERT INTO modprobot.deliveries (id) VALUES ('undone')");
        await transaction.query('SELECT 1 / 0');
      });
      await expect(failing).rejects.toThrow('division by zero');
      expect(await ledger.deliveries.seen('undone')).toBe(false);
    });

    it('goes on after a script that failed in the middle of its transaction', async () => {
      await expect(database.script('BEGIN; SELECT 1 / 0; COMMIT')).rejects.toThrow('division by zero');
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it('migrates again without a change, also twice at once', async () => {
      await Promise.all([migrate(database), migrate(database)]);
      const rows = await database.query<{ number: number }>('SELECT number FROM modprobot.migrations ORDER BY number');
      expect(rows.map((row) => row.number)).toEqual([1, 2, 3, 4, 5, 6]);
    });
  });

  describe('the ledger', () => {
    it('keeps a fork, whatever the case of its name', async () => {
      await ledger.forks.save(fork('Anna', 'nixpkgs'));
      await ledger.forks.save({ ...fork('anna', 'NixPkgs'), head: 'b'.repeat(40) });
      expect(await ledger.forks.find('ANNA', 'nixpkgs')).toEqual({
        ...fork('anna', 'NixPkgs'),
        head: 'b'.repeat(40),
      });
      expect(await ledger.forks.ofOwner('anna')).toHaveLength(1);
      await ledger.forks.forget('anna', 'nixpkgs');
      expect(await ledger.forks.find('anna', 'nixpkgs')).toBeNull();
    });

    it('keeps the good configuration next to what is wrong with the newest', async () => {
      const problem = { line: 3, column: 7, message: 'unknown key `kernles`' };
      await ledger.forks.save({ ...fork('bert', 'nixpkgs'), configErrors: [problem] });
      expect(await ledger.forks.find('bert', 'nixpkgs')).toMatchObject({
        config: { kernels: ['all'] },
        configErrors: [problem],
      });
    });

    it('looks again at a driver that changed, and forgets the ones that are gone', async () => {
      await ledger.forks.save(fork('carl', 'nixpkgs'));
      await ledger.drivers.replace('carl', 'nixpkgs', [found('one'), found('two'), found('three')]);
      const seen = { digest: 'digest', baseHead: 'a'.repeat(40), at: new Date() };
      for (const attr of ['one', 'two', 'three']) {
        await ledger.drivers.record({ owner: 'carl', repo: 'nixpkgs', attr }, { outcome: 'current' }, seen);
      }
      await ledger.drivers.replace('carl', 'nixpkgs', [found('one'), { ...found('two'), options: { series: '1' } }]);
      const drivers = await ledger.drivers.ofFork('carl', 'nixpkgs');
      expect(drivers.map(({ attr, tagsDigest }) => [attr, tagsDigest])).toEqual([
        ['one', 'digest'],
        ['two', null],
      ]);
    });

    it('knows how long a driver rests, until it changes', async () => {
      await ledger.forks.save(fork('cleo', 'nixpkgs'));
      await ledger.drivers.replace('cleo', 'nixpkgs', [found('one')]);
      const rest = { tries: 3, until: new Date(Date.UTC(2026, 10, 1)) };
      const seen = { digest: null, baseHead: 'b'.repeat(40), at: new Date() };
      const one = { owner: 'cleo', repo: 'nixpkgs', attr: 'one' };
      await ledger.drivers.record(one, { outcome: 'fault' }, seen, rest);
      await ledger.drivers.replace('cleo', 'nixpkgs', [found('one')]);
      const find = () => ledger.drivers.find('cleo', 'nixpkgs', 'one');
      expect(await find()).toMatchObject({ rest, baseHead: 'a'.repeat(40), lookedAtBase: 'b'.repeat(40) });
      await ledger.drivers.replace('cleo', 'nixpkgs', [{ ...found('one'), options: { series: '1' } }]);
      expect(await find()).toMatchObject({ rest: null });
    });

    it('forgets the drivers of a fork with it', async () => {
      await ledger.forks.save(fork('dora', 'nixpkgs'));
      await ledger.drivers.replace('dora', 'nixpkgs', [found('gone')]);
      await ledger.forks.forget('dora', 'nixpkgs');
      expect(await ledger.drivers.find('dora', 'nixpkgs', 'gone')).toBeNull();
    });

    it('remembers which repositories are no forks of nixpkgs', async () => {
      await ledger.forks.save(fork('hans', 'was-nixpkgs'));
      await ledger.forks.dismiss('hans', 'was-nixpkgs');
      expect(await ledger.forks.find('hans', 'was-nixpkgs')).toBeNull();
      expect(await ledger.forks.dismissed('Hans', 'was-nixpkgs')).toBe(true);
      expect(await ledger.forks.dismissed('hans', 'other')).toBe(false);
    });

    it('finds who follows an upstream, over all forks', async () => {
      const upstream = 'https://github.com/author/driver.git';
      for (const owner of ['emil', 'frida']) {
        await ledger.forks.save(fork(owner, 'nixpkgs'));
        await ledger.drivers.replace(owner, 'nixpkgs', [{ ...found('driver'), upstream }]);
      }
      const followers = await ledger.drivers.following(upstream);
      expect(followers.map(({ owner, attr, installationId }) => [owner, attr, installationId])).toEqual([
        ['emil', 'driver', 7],
        ['frida', 'driver', 7],
      ]);
      expect(await ledger.drivers.upstreams()).toContain(upstream);
    });

    it('tells a tag list from another by names and commits, not by order', async () => {
      const first = { name: 'v1', commit: '1'.repeat(40) };
      const second = { name: 'v2', commit: '2'.repeat(40) };
      const url = 'https://example.org/tags.git';
      const now = new Date();
      const digest = await ledger.upstreams.save(url, [first, second], now);
      expect(await ledger.upstreams.save(url, [second, first], now)).toBe(digest);
      expect(await ledger.upstreams.save(url, [first, { ...second, commit: first.commit }], now)).not.toBe(digest);
      expect((await ledger.upstreams.find(url))?.tags).toHaveLength(2);
    });

    it('never forgets what a tag was when it was first seen, nor when', async () => {
      const url = 'https://example.org/moving.git';
      const [one, two, other] = ['1', '2', 'f'].map((digit) => digit.repeat(40)) as [string, string, string];
      await ledger.upstreams.save(url, [{ name: 'v1', commit: one }], new Date('2026-11-01T00:00:00Z'));
      const later = [
        { name: 'v1', commit: other },
        { name: 'v2', commit: two },
      ];
      await ledger.upstreams.save(url, later, new Date('2026-11-02T00:00:00Z'));
      await ledger.upstreams.save(url, [], new Date('2026-11-03T00:00:00Z'));
      await ledger.upstreams.save(url, [{ name: 'v2', commit: other }], new Date('2026-11-04T00:00:00Z'));
      expect(await ledger.upstreams.firstSights(url)).toEqual([
        { name: 'v1', commit: one, at: null },
        { name: 'v2', commit: two, at: '2026-11-02T00:00:00.000Z' },
      ]);
    });

    it('tells the first list of an upstream from the next, even when it was empty', async () => {
      const url = 'https://example.org/young.git';
      await ledger.upstreams.save(url, [], new Date('2026-11-01T00:00:00Z'));
      await ledger.upstreams.save(url, [{ name: 'v1', commit: '1'.repeat(40) }], new Date('2026-11-02T00:00:00Z'));
      expect(await ledger.upstreams.firstSights(url)).toMatchObject([{ name: 'v1', at: '2026-11-02T00:00:00.000Z' }]);
    });

    it('leaves an upstream that failed alone until its time, and forgets the failures when it answers', async () => {
      const url = 'https://example.org/failing.git';
      const minutes = (count: number) => new Date(Date.UTC(2026, 10, 1) + count * 60_000);
      await ledger.upstreams.failed(url, minutes);
      expect(await ledger.upstreams.failed(url, (count) => minutes(10 * count))).toEqual({
        failures: 2,
        restsUntil: minutes(20),
      });
      expect([await ledger.upstreams.rests(url, minutes(19)), await ledger.upstreams.rests(url, minutes(20))]).toEqual([
        true,
        false,
      ]);
      await ledger.upstreams.save(url, [], minutes(21));
      expect(await ledger.upstreams.failed(url, minutes)).toMatchObject({ failures: 1 });
    });

    it('keeps a build with a log that holds anything', async () => {
      const build = { result: { state: 'fails', message: 'a\0b \ud800 "quoted" \\u0000' }, log: 'x\0y\ud800z' };
      await ledger.builds.save('/nix/store/x.drv', build);
      expect(await ledger.builds.find('/nix/store/x.drv')).toEqual({
        result: { state: 'fails', message: 'ab \ufffd "quoted" \\u0000' },
        log: 'xy\ufffdz',
      });
    });

    it('keeps one pull request per driver and base', async () => {
      const pullRequest = {
        owner: 'gert',
        repo: 'nixpkgs',
        attr: 'a',
        base: 'master',
        head: 'modprobot/master/a',
        number: 1,
        version: '1.0',
      };
      await ledger.pullRequests.save({ ...pullRequest, state: 'open' });
      await ledger.pullRequests.save({ ...pullRequest, version: '1.1', state: 'merged' });
      expect(await ledger.pullRequests.ofFork('Gert', 'nixpkgs')).toEqual([
        { ...pullRequest, owner: 'Gert', version: '1.1', state: 'merged' },
      ]);
    });

    it('remembers deliveries for a week', async () => {
      await ledger.deliveries.add('new');
      await ledger.deliveries.add('new');
      await database.query("INSERT INTO modprobot.deliveries VALUES ('old', now() - interval '8 days')");
      await ledger.deliveries.prune();
      expect([await ledger.deliveries.seen('new'), await ledger.deliveries.seen('old')]).toEqual([true, false]);
    });
  });

  describe('the queue', () => {
    let queue: Queue;
    const done: string[] = [];
    const gates = new Map<string, Promise<void>>();
    const seen = new Emitter();
    beforeAll(async () => {
      queue = await Queue.open(database, 'worker', quiet);
      await queue.work(
        handlers({
          'poll-upstream': async ({ url }) => {
            seen.emit(`start ${url}`);
            await gates.get(url);
            done.push(url);
            seen.emit(`end ${url}`);
          },
          'update-driver': async ({ attr }) => {
            done.push(attr);
            seen.emit(`end ${attr}`);
          },
        }),
      );
    });
    afterAll(() => queue.stop(0));

    it('runs what is sent, with its data', async () => {
      const ended = seen.next('end https://one');
      await queue.send({ queue: 'poll-upstream', data: { url: 'https://one' } });
      await ended;
      expect(done).toContain('https://one');
    });

    it('takes the same job queued twice while it waits as one, and loses none that arrives while it runs', async () => {
      const gate = new Gate();
      gates.set('https://two', gate.opened);
      const started = seen.next('start https://two');
      const job = { queue: 'poll-upstream', data: { url: 'https://two' } } as const;
      await queue.send(job);
      await started;
      await Promise.all([queue.send(job), queue.send(job), queue.send(job)]);
      const again = seen.next('start https://two');
      gate.open();
      await again;
      const third = seen.next('end https://three');
      await queue.send({ queue: 'poll-upstream', data: { url: 'https://three' } });
      await third;
      expect(done.filter((url) => url === 'https://two')).toHaveLength(2);
    });

    it('does not let a busy key hold up the others', async () => {
      const gate = new Gate();
      gates.set('https://busy', gate.opened);
      const job = { queue: 'poll-upstream', data: { url: 'https://busy' } } as const;
      const started = seen.next('start https://busy');
      await queue.send(job);
      await started;
      await queue.send(job);
      const other = seen.next('end https://free');
      await queue.send({ queue: 'poll-upstream', data: { url: 'https://free' } });
      await other;
      gate.open();
    });

    it('schedules by the clock', async () => {
      await queue.scheduleReconcile('*/15 * * * *');
      const rows = await database.query<{ cron: string }>("SELECT cron FROM pgboss.schedule WHERE name = 'reconcile'");
      expect(rows).toEqual([{ cron: '*/15 * * * *' }]);
    });
  });
}

/** A queue on the store that stops by itself and is opened again: for what happens around starts and stops. */
export function restartContract(open: () => Promise<Database>): void {
  it('tries a failed job again later, and keeps the reason', async () => {
    const database = await open();
    const queue = await Queue.open(database, 'worker', quiet);
    const tried = new Emitter();
    const trying = tried.next('tried');
    await queue.work(
      handlers({
        'poll-upstream': async () => {
          tried.emit('tried');
          throw new Error('upstream sleeps');
        },
      }),
    );
    await queue.send({ queue: 'poll-upstream', data: { url: 'https://failing' } });
    await trying;
    await queue.stop(10_000);
    const rows = await database.query<{ state: string; output: { message: string }; later: boolean }>(
      "SELECT state, output, start_after > now() AS later FROM pgboss.job WHERE name = 'poll-upstream'",
    );
    expect(rows).toMatchObject([{ state: 'retry', output: { message: 'upstream sleeps' }, later: true }]);
    await database.close();
  });

  it('tries a failed job again when the fault says so', async () => {
    const database = await open();
    const queue = await Queue.open(database, 'worker', quiet);
    const tried = new Emitter();
    const trying = tried.next('tried');
    await queue.work(
      handlers({
        'sync-fork': async () => {
          tried.emit('tried');
          throw new Fault('github-rate-limited', 'slow down', { retryAfterSeconds: 3600 });
        },
      }),
    );
    await queue.send({ queue: 'sync-fork', data: { installationId: 1, owner: 'o', repo: 'r', reason: 'test' } });
    await trying;
    await queue.stop(10_000);
    const rows = await database.query(
      `SELECT state, start_after > now() + interval '50 minutes' AS later FROM pgboss.job WHERE name = 'sync-fork'`,
    );
    expect(rows).toEqual([{ state: 'retry', later: true }]);
    await database.close();
  });

  it('waits at its stop for the job that runs', async () => {
    const database = await open();
    const queue = await Queue.open(database, 'worker', quiet);
    const seen = new Emitter();
    const gate = new Gate();
    const started = seen.next('started');
    let finished = false;
    await queue.work(
      handlers({
        'poll-upstream': async () => {
          seen.emit('started');
          await gate.opened;
          finished = true;
        },
      }),
    );
    await queue.send({ queue: 'poll-upstream', data: { url: 'https://slow' } });
    await started;
    const stopped = queue.stop(60_000);
    gate.open();
    await stopped;
    expect(finished).toBe(true);
    const rows = await database.query("SELECT state FROM pgboss.job WHERE name = 'poll-upstream'");
    expect(rows).toEqual([{ state: 'completed' }]);
    await database.close();
  });

  it('stores a job that had to be broken off for the next process', async () => {
    const database = await open();
    const queue = await Queue.open(database, 'worker', quiet);
    const seen = new Emitter();
    const started = seen.next('started');
    await queue.work(
      handlers({
        'update-driver': async (_data, signal) => {
          seen.emit('started');
          await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        },
      }),
    );
    const data = { installationId: 1, owner: 'o', repo: 'r', attr: 'a', reason: 'test' };
    await queue.send({ queue: 'update-driver', data });
    await started;
    await queue.stop(0);

    const next = await Queue.open(database, 'worker', quiet);
    const again = seen.next('again');
    await next.work(handlers({ 'update-driver': async () => seen.emit('again') }));
    await again;
    await next.stop(10_000);
    await database.close();
  });
}

const ignore = async (): Promise<void> => {};

function handlers(some: Partial<Handlers>): Handlers {
  const none: Handlers = { reconcile: ignore, 'sync-fork': ignore, 'poll-upstream': ignore, 'update-driver': ignore };
  return { ...none, ...some } satisfies Record<QueueName, unknown>;
}

function fork(owner: string, repo: string): Fork {
  return {
    owner,
    repo,
    installationId: 7,
    defaultBranch: 'master',
    head: 'a'.repeat(40),
    base: 'master',
    baseHead: 'a'.repeat(40),
    config: { kernels: ['all'], drivers: {} },
    configOrigin: `${owner}/${repo}:.github/modprobot.yml`,
    configErrors: [],
  };
}

function found(attr: string): FoundDriver {
  return { attr, driver: { attr, version: '1.0' }, options: {}, upstream: null };
}

/** Lets a test wait for what a handler says. */
class Emitter {
  readonly #waiting = new Map<string, (() => void)[]>();

  next(name: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]);
    });
  }

  emit(name: string): void {
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    for (const resolve of waiting) resolve();
  }
}

class Gate {
  open: () => void = () => {};
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

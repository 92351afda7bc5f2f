import PgBoss from 'pg-boss';
import type { Logger } from 'pino';
import { retryAfterSeconds } from '../errors.js';
import { beat, claim, forgetSilent, orphans, release, retryIn, type TakenJob } from './claims.js';
import type { Database } from './database.js';
import { type Job, type JobData, keyOf, type QueueName, queueNames } from './job.js';
import { Wake } from './wake.js';

/** How often a worker looks for jobs that another process stored; its own are noticed at once. */
const pollMilliseconds = 2_000;
const beatMilliseconds = 10_000;
/** Six beats missed: the process is dead, and its jobs are given to another. */
const silentSeconds = 60;
/** A job whose key is busy looks again after so long. */
const busySeconds = 2;

const queueOptions = {
  // One waiting job per key; one that arrives while the same key runs waits its turn, so nothing is lost.
  policy: 'short' as const,
  retryLimit: 5,
  retryDelay: 30,
  retryBackoff: true,
  // Death is noticed by missed beats, not by age: building a module on many kernels may take hours.
  expireInSeconds: 23 * 60 * 60,
};

export type Handler<Name extends QueueName> = (data: JobData<Name>, signal: AbortSignal) => Promise<void>;
export type Handlers = { readonly [Name in QueueName]: Handler<Name> };

/** How many jobs of each queue run at once in this process. */
const runners: Readonly<Record<QueueName, number>> = {
  reconcile: 1,
  'sync-fork': 2,
  'poll-upstream': 16,
  'update-driver': 1,
};

/** Stored, typed jobs: sent by anybody, taken by the processes that called `work`. */
export class Queue {
  readonly #database: Database;
  readonly #boss: PgBoss;
  readonly #log: Logger;
  readonly #wakes: Readonly<Record<QueueName, Wake[]>> = {
    reconcile: [],
    'sync-fork': [],
    'poll-upstream': [],
    'update-driver': [],
  };
  readonly #running = new Map<string, TakenJob>();
  readonly #loops: Promise<void>[] = [];
  readonly #abort = new AbortController();
  #heart: NodeJS.Timeout | null = null;
  #stopping = false;

  private constructor(database: Database, boss: PgBoss, log: Logger) {
    this.#database = database;
    this.#boss = boss;
    this.#log = log;
  }

  /** @param role a `worker` also keeps the schedule and cleans up; a `sender` only stores jobs */
  static async open(database: Database, role: 'worker' | 'sender', log: Logger): Promise<Queue> {
    const duties = role === 'worker';
    const boss = new PgBoss({ db: bossDatabase(database), supervise: duties, schedule: duties });
    boss.on('error', (error) => log.error({ err: error }, 'the queue reports an error'));
    await boss.start();
    for (const name of queueNames) {
      await boss.createQueue(name, { name, ...queueOptions });
      await boss.updateQueue(name, { name, ...queueOptions });
    }
    return new Queue(database, boss, log);
  }

  /** Aborted when the time of grace of a stop is over: jobs that still run are to end. */
  get stopped(): AbortSignal {
    return this.#abort.signal;
  }

  /** Stores a job. The same job waiting already is enough: then nothing is stored. */
  async send(job: Job, delaySeconds = 0): Promise<void> {
    await this.#boss.send(job.queue, job.data, { singletonKey: keyOf(job), startAfter: delaySeconds });
    for (const wake of this.#wakes[job.queue]) wake.call();
  }

  /** Sends a `reconcile` by the clock, once however many processes there are. @param cron five fields, UTC */
  async scheduleReconcile(cron: string): Promise<void> {
    const data: JobData<'reconcile'> = { reason: 'schedule' };
    await this.#boss.schedule('reconcile', cron, data, { singletonKey: keyOf({ queue: 'reconcile', data }) });
  }

  /** Begins to take jobs, first those that a dead process left behind. */
  async work(handlers: Handlers): Promise<void> {
    // An embedded store has one process, and that is this one: whatever is active there has nobody.
    await this.#recover(this.#database.kind === 'embedded' ? 0 : silentSeconds);
    this.#heart = setInterval(() => void this.#tick(), beatMilliseconds);
    for (const name of queueNames) this.#start(name, handlers);
  }

  /** Jobs that wait, by queue. */
  async waiting(): Promise<Readonly<Record<QueueName, number>>> {
    const counts = await Promise.all(queueNames.map(async (name) => [name, await this.#boss.getQueueSize(name)]));
    return Object.fromEntries(counts);
  }

  /**
   * Takes no more jobs and waits for those that run. After `graceMilliseconds` they are told to stop, and are stored
   * again for the next process.
   */
  async stop(graceMilliseconds: number): Promise<void> {
    this.#stopping = true;
    for (const wake of Object.values(this.#wakes).flat()) wake.call();
    const grace = setTimeout(() => this.#abort.abort(), graceMilliseconds);
    await Promise.all(this.#loops);
    clearTimeout(grace);
    if (this.#heart) clearInterval(this.#heart);
    await this.#boss.stop({ graceful: false });
  }

  #start<Name extends QueueName>(name: Name, handlers: Handlers): void {
    for (let runner = 0; runner < runners[name]; runner++) {
      const wake = new Wake();
      this.#wakes[name].push(wake);
      this.#loops.push(this.#loop(name, handlers[name] as Handler<QueueName>, wake));
    }
  }

  async #loop(name: QueueName, handler: Handler<QueueName>, wake: Wake): Promise<void> {
    while (!this.#stopping) {
      try {
        const [taken] = await this.#boss.fetch(name);
        if (taken) await this.#perform({ queue: name, data: taken.data } as Job, taken.id, handler);
        else await wake.sleep(pollMilliseconds);
      } catch (error) {
        this.#log.error({ err: error, queue: name }, 'the store failed while a job was taken or completed');
        await wake.sleep(pollMilliseconds);
      }
    }
  }

  async #perform(job: Job, id: string, handler: Handler<QueueName>): Promise<void> {
    const taken: TakenJob = { queue: job.queue, key: keyOf(job), id };
    if (!(await claim(this.#database, taken))) return this.#handBack(job, id, busySeconds);
    this.#running.set(id, taken);
    try {
      const failure = await failureOf(handler(job.data, this.#abort.signal));
      if (failure === null) await this.#boss.complete(job.queue, id);
      else if (this.#abort.signal.aborted) await this.#handBack(job, id, 0);
      else await this.#fail(job, id, failure);
    } finally {
      this.#running.delete(id);
      await release(this.#database, taken);
    }
  }

  async #fail(job: Job, id: string, failure: Error): Promise<void> {
    this.#log.error({ err: failure, queue: job.queue, job: job.data }, 'a job failed and will be tried again');
    await this.#boss.fail(job.queue, id, failure);
    const seconds = retryAfterSeconds(failure);
    if (seconds !== null) await retryIn(this.#database, { queue: job.queue, id }, seconds);
  }

  async #handBack(job: Job, id: string, delaySeconds: number): Promise<void> {
    await this.send(job, delaySeconds);
    await this.#boss.complete(job.queue, id);
  }

  async #tick(): Promise<void> {
    try {
      await beat(this.#database, [...this.#running.keys()]);
      await this.#recover(silentSeconds);
    } catch (error) {
      this.#log.error({ err: error }, 'the store failed while signs of life were written');
    }
  }

  async #recover(silent: number): Promise<void> {
    for (const orphan of await orphans(this.#database, silent)) {
      this.#log.warn(orphan, 'a job was left by a process that died, and is taken up again');
      await this.#boss.fail(orphan.queue, orphan.id, { message: 'the process that ran it died' });
      // The wait before a retry is for faults.
      await retryIn(this.#database, orphan, 0);
    }
    await forgetSilent(this.#database, silent);
  }
}

async function failureOf(work: Promise<void>): Promise<Error | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** pg-boss asks for several statements at once only where it gives no parameters. */
function bossDatabase(database: Database): PgBoss.Db {
  return {
    async executeSql(text, values) {
      const rows = values?.length ? await database.query(text, values) : await database.script(text);
      return { rows: [...rows] };
    },
  };
}

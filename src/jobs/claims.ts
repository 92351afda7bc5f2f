import type { Database } from './database.js';
import type { QueueName } from './job.js';

/** A taken job that is known by its queue, its key and pg-boss' id. */
export interface TakenJob {
  readonly queue: QueueName;
  readonly key: string;
  readonly id: string;
}

/** @returns whether the key is ours now; false while another job of the same key runs anywhere */
export async function claim(database: Database, job: TakenJob): Promise<boolean> {
  const rows = await database.query(
    'INSERT INTO modprobot.running (queue, key, job) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING job',
    [job.queue, job.key, job.id],
  );
  return rows.length === 1;
}

export async function release(database: Database, job: TakenJob): Promise<void> {
  await database.query('DELETE FROM modprobot.running WHERE queue = $1 AND key = $2 AND job = $3', [
    job.queue,
    job.key,
    job.id,
  ]);
}

/** Says of running jobs that their process is alive. */
export async function beat(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.query('UPDATE modprobot.running SET beat = now() WHERE job = ANY($1::uuid[])', [ids]);
}

/** A job that pg-boss has as active, whose process has died. */
export interface Orphan {
  readonly queue: QueueName;
  readonly id: string;
}

/**
 * Jobs whose process gave no sign of life for so many seconds. A process that dies between taking a job and claiming
 * its key leaves no row here, so the start of the job counts as its first beat.
 */
export async function orphans(database: Database, silentSeconds: number): Promise<readonly Orphan[]> {
  return database.query<Orphan>(
    `SELECT j.name AS queue, j.id
       FROM pgboss.job j LEFT JOIN modprobot.running r ON r.job = j.id
      WHERE j.state = 'active' AND j.name NOT LIKE '\\_\\_pgboss%'
        AND coalesce(r.beat, j.started_on) <= now() - $1 * interval '1 second'`,
    [silentSeconds],
  );
}

/** Lets go of the keys of dead processes. */
export async function forgetSilent(database: Database, silentSeconds: number): Promise<void> {
  await database.query("DELETE FROM modprobot.running WHERE beat <= now() - $1 * interval '1 second'", [silentSeconds]);
}

/** Lets a job that failed be tried again after so many seconds, whatever the queue would wait by itself. */
export async function retryIn(database: Database, { queue, id }: Orphan, seconds: number): Promise<void> {
  await database.query(
    `UPDATE pgboss.job SET start_after = now() + $3 * interval '1 second'
      WHERE name = $1 AND id = $2 AND state = 'retry'`,
    [queue, id, seconds],
  );
}

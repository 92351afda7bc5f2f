/**
 * A process of its own on the store that its settings name: takes jobs, prints `started <url>` for each, and ends none,
 * until it is killed. `node --import tsx second-process.ts <settings as JSON>`
 */
import { pino } from 'pino';
import { Queue } from '../../src/jobs/queue.js';
import { openStore } from '../../src/jobs/store.js';

const log = pino({ level: 'silent' });
const database = await openStore(JSON.parse(process.argv[2] ?? ''), log);
const queue = await Queue.open(database, 'worker', log);
const never = () => new Promise<void>(() => {});
await queue.work({
  reconcile: never,
  'sync-fork': never,
  'poll-upstream': ({ url }) => {
    process.stdout.write(`started ${url}\n`);
    return never();
  },
  'update-driver': never,
});
await queue.send({ queue: 'poll-upstream', data: { url: 'https://left' } });

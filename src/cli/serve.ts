import { pino } from 'pino';
import type { Role } from '../server.js';
import { startServer } from '../server.js';
import { workerPorts } from './worker-ports.js';
import { openWorld } from './world.js';

/** `modprobot serve` and `modprobot worker`: run until they are told to stop. */
export async function serve(command: Role, flags: { worker?: boolean }): Promise<void> {
  const world = openWorld();
  const log = pino({ level: world.settings.logLevel });
  const roles: Role[] = command === 'serve' && flags.worker !== false ? ['serve', 'worker'] : [command];
  const server = await startServer(
    world.settings,
    roles,
    { fetch: world.fetch, worker: (parts) => workerPorts(world, parts) },
    log,
  );
  const stop = () => {
    log.info('stopping');
    void server.stop();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

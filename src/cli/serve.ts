import { pino } from 'pino';
import { stopOnSignals } from '../server/signals.js';
import { type Role, startServer } from '../server.js';
import { workerPorts } from './worker-ports.js';
import { openWorld } from './world.js';

/** `modprobot serve` and `modprobot worker`: run until they are told to stop. */
export async function serve(command: Role, flags: { worker?: boolean }): Promise<void> {
  const world = openWorld();
  const log = pino({ level: world.settings.logLevel });
  const roles: Role[] = command === 'serve' && flags.worker !== false ? ['serve', 'worker'] : [command];
  const ports = { fetch: world.fetch, worker: (parts: Parameters<typeof workerPorts>[1]) => workerPorts(world, parts) };
  stopOnSignals(await startServer(world.settings, roles, ports, log), log);
}

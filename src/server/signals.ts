import type { Logger } from 'pino';

/** Anything that can be stopped. */
interface Stoppable {
  stop(): Promise<void>;
}

/** Stops gracefully at the first SIGTERM or SIGINT, and at once at the second. Ends the process. */
export function stopOnSignals(server: Stoppable, log: Logger): void {
  let stopping = false;
  const onSignal = async (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    try {
      await server.stop();
      process.exit(0);
    } catch (error) {
      log.error({ err: error }, 'the stop failed');
      process.exit(1);
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

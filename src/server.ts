import type { Logger } from 'pino';
import { createNodeMiddleware, Probot } from 'probot';
import { createApp } from './app.js';
import type { AppCredentials } from './config/credentials.js';
import type { Settings } from './config/settings.js';
import { createInstallations, type Installations } from './github/installation.js';
import { createOctokitClass } from './github/octokit-class.js';
import type { Database } from './jobs/database.js';
import { type Ledger, openLedger } from './jobs/ledger.js';
import { Queue } from './jobs/queue.js';
import { openStore } from './jobs/store.js';
import type { Fetch } from './net/http.js';
import { Opened } from './server/opened.js';
import { serveSetup } from './server/setup.js';
import { bodyHandler } from './web/body.js';
import type { Handler } from './web/handler.js';
import { healthHandler } from './web/health.js';
import { type HttpServer, listen } from './web/http.js';
import { webhookPath } from './web/manifest.js';
import { Metrics } from './web/metrics.js';
import type { WorkerPorts } from './worker/ports.js';
import { startWorker } from './worker.js';

/** `serve` answers GitHub, `worker` does the work; one process may be both. */
export type Role = 'serve' | 'worker';

export interface ServerPorts {
  /** The one way to GitHub: it follows the operator's host map. */
  readonly fetch: Fetch;
  /** The rest of what the worker needs, made once. */
  readonly worker: (parts: WorkerParts) => Promise<OpenedWorkerPorts>;
}

interface WorkerParts {
  readonly ledger: Ledger;
  readonly log: Logger;
  /** Aborted at a stop, when the time of grace is over. */
  readonly signal: AbortSignal;
}

export type OpenedWorkerPorts = Omit<WorkerPorts, 'installations'> & { close(): Promise<void> };

export interface RunningServer {
  /** Where it listens, or null for a worker alone, which listens nowhere. */
  readonly url: string | null;
  /** Takes nothing new, ends what is under way or stores it for the next start, and closes the store. */
  stop(): Promise<void>;
}

/** Docker kills after ten seconds: what is not done by then is stored again before. */
const graceMilliseconds = 8_000;

/**
 * Starts the process: store, queue, HTTP and worker, as far as its roles need them. Without credentials of an App it
 * serves the set-up pages alone.
 *
 * @throws Fault `store-*`, `port-unavailable`, `setting-invalid`
 */
export async function startServer(
  settings: Settings,
  roles: readonly Role[],
  ports: ServerPorts,
  log: Logger,
): Promise<RunningServer> {
  if (settings.app === null) {
    const http = await serveSetup(settings, ports.fetch, log);
    return { url: http.url, stop: () => http.close() };
  }
  const opened = new Opened();
  try {
    return await startRoles(settings, settings.app, roles, ports, log, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function startRoles(
  settings: Settings,
  app: AppCredentials,
  roles: readonly Role[],
  ports: ServerPorts,
  log: Logger,
  opened: Opened,
): Promise<RunningServer> {
  const database = await openStore(settings, log);
  opened.add(() => database.close());
  const ledger = openLedger(database);
  const works = roles.includes('worker');
  const queue = await Queue.open(database, works ? 'worker' : 'sender', log);
  opened.add(() => queue.stop(graceMilliseconds));
  const metrics = new Metrics();
  metrics.watch(queue);
  const probot = createProbot(app, ports.fetch, log);
  const http = roles.includes('serve')
    ? await serve(settings, await handlersOf(probot, { database, ledger, queue, metrics, opened }), log)
    : null;
  if (http) opened.add(() => http.close());
  if (works) {
    const installations = createInstallations((id) => probot.auth(id));
    await work(settings, installations, { ledger, queue, metrics, opened, ports, log });
  }
  return { url: http?.url ?? null, stop: () => opened.close() };
}

function createProbot(app: AppCredentials, fetch: Fetch, log: Logger): Probot {
  return new Probot({
    appId: app.appId,
    privateKey: app.privateKey,
    secret: app.webhookSecret,
    log,
    Octokit: createOctokitClass({ fetch }),
    request: { fetch },
  });
}

interface Parts {
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly metrics: Metrics;
  readonly opened: Opened;
}

async function handlersOf(
  probot: Probot,
  { database, ledger, queue, metrics, opened }: Parts & { readonly database: Database },
): Promise<readonly Handler[]> {
  const app = createApp({ ledger, queue, delivered: (event) => metrics.delivered(event) });
  const webhooks = await createNodeMiddleware(app, { probot, webhooksPath: webhookPath });
  return [
    healthHandler(() => readiness(database, opened)),
    metrics.handler,
    bodyHandler,
    async (request, response) => Boolean(await webhooks(request, response)),
  ];
}

async function readiness(database: Database, opened: Opened): Promise<string | null> {
  if (opened.closing) return 'stopping';
  try {
    await database.query('SELECT 1');
    return null;
  } catch {
    return 'the store does not answer';
  }
}

async function serve(settings: Settings, handlers: readonly Handler[], log: Logger): Promise<HttpServer> {
  const http = await listen(settings.host, settings.port, handlers, log);
  log.info({ url: http.url }, 'the server listens');
  return http;
}

async function work(
  settings: Settings,
  installations: Installations,
  { ledger, queue, metrics, opened, ports, log }: Parts & { readonly ports: ServerPorts; readonly log: Logger },
): Promise<void> {
  const worker = await ports.worker({ ledger, log, signal: queue.stopped });
  opened.addFirst(() => worker.close());
  const context = { ledger, queue, ports: { ...worker, installations }, log };
  await startWorker(context, settings.pollMinutes, metrics);
  log.info({ pollMinutes: settings.pollMinutes }, 'the worker takes jobs');
}

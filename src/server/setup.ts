import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import type { Fetch } from '../net/http.js';
import { healthHandler } from '../web/health.js';
import { type HttpServer, listen } from '../web/http.js';
import { readAppFile } from '../web/manifest.js';
import { setupHandler } from '../web/setup.js';

/** Serves the set-up pages alone: nothing can be delivered to an App that is not registered. */
export async function serveSetup(settings: Settings, fetch: Fetch, log: Logger): Promise<HttpServer> {
  const { baseUrl, dataDirectory } = settings;
  const setup = setupHandler({ app: await readAppFile(), baseUrl, dataDirectory, fetch, log });
  const notReady = healthHandler(async () => 'the App is not registered yet: open /probot');
  const http = await listen(settings.host, settings.port, [notReady, setup], log);
  log.info({ url: `${http.url}/probot` }, 'no App is registered yet: open this page to register one');
  return http;
}

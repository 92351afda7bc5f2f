import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { Fault } from '../errors.js';
import { answer, type Handler } from './handler.js';

/** A listening HTTP server. */
export interface HttpServer {
  /** `http://localhost:3000` */
  readonly url: string;
  /** Takes no more connections, and waits for the answers that are under way. */
  close(): Promise<void>;
}

/**
 * Asks the handlers in turn; the first that answers has answered.
 *
 * @param port 0 takes a free one
 * @throws Fault `port-unavailable`
 */
export async function listen(
  host: string,
  port: number,
  handlers: readonly Handler[],
  log: Logger,
): Promise<HttpServer> {
  const server = createServer(async (request, response) => {
    try {
      for (const handler of handlers) if (await handler(request, response)) return;
      answer(response, 404, 'text/plain', 'There is nothing here.\n');
    } catch (error) {
      log.error({ err: error, url: request.url }, 'a request could not be answered');
      if (response.headersSent) response.destroy();
      else answer(response, 500, 'text/plain', 'The request could not be answered; the log says why.\n');
    }
  });
  await bound(server, host, port);
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`, close: () => close(server) };
}

function bound(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `The server cannot listen on ${host}:${port}: ${cause.message}. Set HOST or PORT.`;
      reject(new Fault('port-unavailable', message, { host, port }, cause));
    });
    server.listen(port, host, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

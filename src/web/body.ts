import type { IncomingMessage } from 'node:http';
import { answer, type Handler, pathOf } from './handler.js';
import { webhookPath } from './manifest.js';

/** GitHub delivers nothing larger: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const maximumBytes = 25 * 1024 * 1024;

/** Reads the body of a delivery before its signature can be checked, so within a limit. Probot takes it from `body`. */
export const bodyHandler: Handler = async (request, response) => {
  if (request.method !== 'POST' || pathOf(request) !== webhookPath) return false;
  const body = await readBody(request);
  if (body === null) {
    // The rest is not read: the connection ends with the answer.
    response.setHeader('connection', 'close');
    return answer(response, 413, 'text/plain', 'larger than any payload of GitHub\n');
  }
  Object.assign(request, { body });
  return false;
};

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > maximumBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

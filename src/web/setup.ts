import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type AppCredentials, saveCredentials } from '../config/credentials.js';
import type { Fetch } from '../net/http.js';
import { baseUrlOf } from './base-url.js';
import { answer, escapeHtml, type Handler, pathOf, queryOf } from './handler.js';
import { type AppFile, manifestOf } from './manifest.js';

export interface SetupOptions {
  readonly app: AppFile;
  readonly baseUrl: string | null;
  readonly dataDirectory: string;
  readonly fetch: Fetch;
  readonly log: Logger;
}

/**
 * The set-up pages: `/probot` posts the manifest to GitHub, which registers the App and sends the browser back to
 * `/probot/setup` with a code that is good for its credentials, once.
 */
export function setupHandler(options: SetupOptions): Handler {
  // Only an answer to this process' own page is taken, so that nobody can slip in an App of theirs.
  const state = randomBytes(24).toString('hex');
  return async (request, response) => {
    if (request.method !== 'GET') return false;
    const path = pathOf(request);
    if (path === '/') return redirect(response, '/probot');
    if (path === '/probot') return showManifest(request, response, options, state);
    if (path === '/probot/setup') return takeCode(request, response, options, state);
    return false;
  };
}

function showManifest(request: IncomingMessage, response: ServerResponse, options: SetupOptions, state: string): true {
  const baseUrl = baseUrlOf(request, options.baseUrl);
  if (baseUrl === null) return answer(response, 400, 'text/plain', 'The request does not name a host. Set BASE_URL.\n');
  const manifest = JSON.stringify(manifestOf(options.app, baseUrl));
  const advice = /^https?:\/\/(localhost|127\.|\[::1\])/.test(baseUrl)
    ? '<p>GitHub cannot reach this address. Open this page under a public one, or set <code>BASE_URL</code>.</p>'
    : '';
  const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Set up ${escapeHtml(options.app.name)}</title></head>
<body>
<h1>Set up ${escapeHtml(options.app.name)}</h1>
<p>${escapeHtml(options.app.description)}</p>
<p>GitHub will send its webhooks to <code>${escapeHtml(baseUrl)}</code>.</p>
${advice}
<form action="https://github.com/settings/apps/new?state=${state}" method="post">
<input type="hidden" name="manifest" value="${escapeHtml(manifest)}">
<button>Register the GitHub App</button>
</form>
</body>
</html>
`;
  return answer(response, 200, 'text/html', page);
}

async function takeCode(request: IncomingMessage, response: ServerResponse, options: SetupOptions, state: string) {
  const query = queryOf(request);
  const code = query.get('code') ?? '';
  if (!same(query.get('state') ?? '', state) || !/^[A-Za-z0-9_-]+$/.test(code)) {
    return answer(response, 400, 'text/plain', 'This is not an answer to the set-up page. Begin again at /probot.\n');
  }
  try {
    const { credentials, page } = await convert(code, options.fetch);
    saveCredentials(options.dataDirectory, credentials);
    options.log.info({ appId: credentials.appId }, 'the App is registered; start modprobot again');
    return answer(response, 200, 'text/html', registeredPage(page));
  } catch (error) {
    options.log.error({ err: error }, 'GitHub did not give the credentials of the new App');
    return answer(response, 502, 'text/plain', 'GitHub did not give the credentials. Begin again at /probot.\n');
  }
}

const conversion = z.object({
  id: z.number(),
  pem: z.string(),
  webhook_secret: z.string(),
  html_url: z.url({ protocol: /^https$/ }),
});

/** https://docs.github.com/en/rest/apps/apps#create-a-github-app-from-a-manifest */
async function convert(code: string, fetch: Fetch): Promise<{ credentials: AppCredentials; page: string }> {
  const response = await fetch(`https://api.github.com/app-manifests/${code}/conversions`, {
    method: 'POST',
    headers: { accept: 'application/vnd.github+json', 'user-agent': 'modprobot', 'x-github-api-version': '2022-11-28' },
  });
  if (response.status !== 201) throw new Error(`GitHub answered ${response.status}`);
  const { id, pem, webhook_secret, html_url } = conversion.parse(await response.json());
  return { credentials: { appId: id, privateKey: pem, webhookSecret: webhook_secret }, page: html_url };
}

function registeredPage(appPage: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Registered</title></head>
<body>
<h1>The App is registered</h1>
<ol>
<li>Start modprobot again: it now knows its credentials.</li>
<li><a href="${escapeHtml(appPage)}/installations/new">Install the App on your nixpkgs fork.</a></li>
</ol>
</body>
</html>
`;
}

function redirect(response: ServerResponse, location: string): true {
  response.writeHead(302, { location }).end();
  return true;
}

function same(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

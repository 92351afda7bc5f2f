import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSavedCredentials } from '../../src/config/credentials.js';
import type { Settings } from '../../src/config/settings.js';
import type { Fetch } from '../../src/net/http.js';
import { type RunningServer, startServer } from '../../src/server.js';
import { readAppFile } from '../../src/web/manifest.js';
import { quiet } from '../support/quiet.js';
import { settingsFor } from '../support/settings.js';
import { someApp } from '../support/small-github.js';

const registered = {
  id: 7,
  pem: someApp().privateKey,
  webhook_secret: 'given',
  html_url: 'https://github.com/apps/mine',
};

let directory: string;
const servers: RunningServer[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modprobot-setup-'));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(directory, { recursive: true, force: true });
});

describe('the set-up page', () => {
  it.each<[string, Partial<Settings>, Record<string, string>, string]>([
    ['the host that it was asked under', {}, { host: 'localhost:3000' }, 'http://localhost:3000'],
    ['another host of the same server', {}, { host: 'modprobot.example.org' }, 'http://modprobot.example.org'],
    [
      'what a proxy says that the browser asked for',
      {},
      { host: '10.0.0.7:3000', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'bot.example.org' },
      'https://bot.example.org',
    ],
    [
      'what the first of several proxies says',
      {},
      { host: 'a', 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'bot.example.org, inner' },
      'https://bot.example.org',
    ],
    [
      'what the operator set',
      { baseUrl: 'https://set.example.org/bot' },
      { host: 'other' },
      'https://set.example.org/bot',
    ],
  ])('names the address on which the server answers: %s', async (_title, settings, headers, base) => {
    const { page } = await setup(settings, headers);
    expect(manifestIn(page)).toMatchObject({
      hook_attributes: { url: `${base}/api/github/webhooks` },
      redirect_url: `${base}/probot/setup`,
    });
  });

  it('asks for the permissions and events of app.yml, and no others', async () => {
    const { default_permissions, default_events } = await readAppFile();
    const { page } = await setup({}, { host: 'localhost' });
    expect(manifestIn(page)).toMatchObject({ default_permissions, default_events });
    expect(default_permissions).toEqual({
      contents: 'write',
      pull_requests: 'write',
      checks: 'write',
      metadata: 'read',
    });
  });

  it('is no place for a forged host', async () => {
    const { status } = await setup({}, { host: 'localhost', 'x-forwarded-host': '"><script>' });
    expect(status).toBe(400);
  });

  it('is not ready for deliveries, but alive', async () => {
    const server = await start({});
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('keeps the credentials of the App that GitHub registered', async () => {
    const asked: string[] = [];
    const dataDirectory = join(directory, 'kept');
    const server = await start({ dataDirectory }, async (url) => {
      asked.push(String(url));
      return Response.json(registered, { status: 201 });
    });
    const state = stateIn(await (await fetch(`${server.url}/probot`)).text());
    const answer = await fetch(`${server.url}/probot/setup?code=abc123&state=${state}`);
    expect(await answer.text()).toContain('https://github.com/apps/mine/installations/new');
    expect(asked).toEqual(['https://api.github.com/app-manifests/abc123/conversions']);
    expect(readSavedCredentials(dataDirectory)).toEqual({
      appId: 7,
      privateKey: registered.pem,
      webhookSecret: 'given',
    });
  });

  it.each([
    ['an answer that is not to its own page', 'code=abc&state=guessed', 400],
    ['a code that is a path', 'code=..%2Fx&state=STATE', 400],
    ['a code that GitHub does not know', 'code=old&state=STATE', 502],
  ])('keeps nothing of %s', async (_title, query, status) => {
    const dataDirectory = join(directory, 'nothing');
    const server = await start({ dataDirectory }, async () => new Response('{}', { status: 404 }));
    const state = stateIn(await (await fetch(`${server.url}/probot`)).text());
    const answer = await fetch(`${server.url}/probot/setup?${query.replace('STATE', state)}`);
    expect(answer.status).toBe(status);
    expect(readSavedCredentials(dataDirectory)).toBeNull();
  });
});

async function start(
  settings: Partial<Settings>,
  github?: (url: unknown) => Promise<Response>,
): Promise<RunningServer> {
  const ports = {
    fetch: github as unknown as Fetch,
    worker: async () => {
      throw new Error('there is no App to work for');
    },
  };
  const server = await startServer({ ...settingsFor(directory), app: null, ...settings }, ['serve'], ports, quiet);
  servers.push(server);
  return server;
}

/** The page as a browser gets it that sent these headers; `fetch` does not let a Host be set. */
async function setup(settings: Partial<Settings>, headers: Record<string, string>) {
  const server = await start(settings);
  return new Promise<{ status: number | undefined; page: string }>((resolve, reject) => {
    const asking = request(`${server.url}/probot`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, page: Buffer.concat(chunks).toString() }));
    });
    asking.on('error', reject);
    asking.end();
  });
}

function manifestIn(page: string): unknown {
  const value = /name="manifest" value="([^"]*)"/.exec(page)?.[1] ?? '';
  return JSON.parse(value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'));
}

function stateIn(page: string): string {
  return /state=([0-9a-f]+)/.exec(page)?.[1] ?? '';
}

import { createHmac, randomUUID } from 'node:crypto';
import type { Settings } from '../../src/config/settings.js';
import type { Driver } from '../../src/nixpkgs/driver.js';
import type { UpdateRequest } from '../../src/pipeline/ports.js';
import { type RunningServer, type ServerPorts, startServer } from '../../src/server.js';
import type { Tag } from '../../src/watch/tag.js';
import { quiet } from '../support/quiet.js';
import { type SmallRepository, smallGitHub } from '../support/small-github.js';
import { tagsAlone } from '../support/tags-alone.js';

const upstream = 'https://github.com/author/driver.git';
const config = 'kernels: [all]\ndrivers:\n  driver: {}\n  drivre: {}\n';

/** What the process promises over HTTP, on either store. `settings` are of a store that nobody else uses. */
export function serverContract(settings: () => Promise<Settings>): void {
  const repositories: Record<string, SmallRepository> = {};
  const tags: Tag[] = [{ name: 'v1', commit: '1'.repeat(40) }];
  const updates = new Updates();
  let server: RunningServer;
  let secret: string;

  beforeAll(async () => {
    const { fetch } = smallGitHub(repositories);
    const made = await settings();
    secret = made.app?.webhookSecret ?? '';
    server = await startServer(made, ['serve', 'worker'], portsOf(fetch, tags, updates), quiet);
  });
  afterAll(() => server.stop());

  const get = async (path: string) => (await fetch(`${server.url}${path}`)).status;
  const post = (event: string, payload: unknown, delivery: string = randomUUID(), key = secret) =>
    deliver(server.url ?? '', event, payload, delivery, key);

  it('says that it lives, is ready, and what it does', async () => {
    expect([await get('/healthz'), await get('/readyz'), await get('/nothing')]).toEqual([200, 200, 404]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('modprobot_jobs_waiting{queue="update-driver"} 0');
  });

  it('turns an installation on a fork into an update of each driver that the configuration names', async () => {
    repositories['anna/nixpkgs'] = nixpkgs();
    const updated = updates.next();
    const payload = { action: 'created', installation: { id: 1 }, repositories: [{ full_name: 'anna/nixpkgs' }] };
    expect((await post('installation', payload)).status).toBe(200);
    expect(await updated).toMatchObject({ attr: 'driver', kernels: ['all'], base: 'master', tags });
  });

  it('turns a tag upstream into an update', async () => {
    tags.push({ name: 'v2', commit: '2'.repeat(40) });
    const updated = updates.next();
    await post('create', tagCreated());
    expect((await updated).tags).toHaveLength(2);
  });

  it('does nothing the second time that the same delivery comes', async () => {
    tags.push({ name: 'v3', commit: '3'.repeat(40) });
    const delivery = randomUUID();
    const updated = updates.next();
    await post('create', tagCreated(), delivery);
    await updated;
    const metricsBefore = await deliveriesOf(server.url ?? '', 'create');
    expect((await post('create', tagCreated(), delivery)).status).toBe(200);
    expect(await deliveriesOf(server.url ?? '', 'create')).toBe(metricsBefore);
  });

  it('looks at the fork again after a push to its default branch', async () => {
    const repository = repositories['anna/nixpkgs'];
    if (!repository) throw new Error('the installation comes first');
    repository.branches['master'] = 'b'.repeat(40);
    repository.files['.github/modprobot.yml'] = 'drivers:\n  driver: { series: "1" }\n';
    const updated = updates.next();
    await post('push', pushed('anna', 'nixpkgs', 'refs/heads/master'));
    expect((await updated).options).toMatchObject({ series: '1' });
  });

  it('refuses a delivery that is not signed with the secret', async () => {
    expect((await post('create', tagCreated(), randomUUID(), 'guessed')).status).toBe(400);
  });

  it('refuses what is no JSON, and what is larger than GitHub sends', async () => {
    const address = `${server.url}/api/github/webhooks`;
    const text = await fetch(address, { method: 'POST', body: 'hello' });
    expect(text.status).toBe(415);
    const huge = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(26 * 1024 * 1024),
    }).catch(() => null);
    expect(huge?.status ?? 413).toBe(413);
  });
}

/** An update is what the pipeline was asked for. */
class Updates {
  #resolve: ((request: UpdateRequest) => void) | null = null;

  next(): Promise<UpdateRequest> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  came(request: UpdateRequest): void {
    this.#resolve?.(request);
  }
}

function portsOf(fetch: ServerPorts['fetch'], tags: readonly Tag[], updates: Updates): ServerPorts {
  return {
    fetch,
    worker: async () => ({
      scan: async () => [driver],
      upstreamOf: () => upstream,
      ...tagsAlone,
      listTags: async () => [...tags],
      updateDriver: async (request) => {
        updates.came(request);
        return { outcome: { outcome: 'current' }, pullRequest: null };
      },
      close: async () => {},
    }),
  };
}

const driver: Driver = {
  attr: 'driver',
  file: 'pkgs/os-specific/linux/driver/default.nix',
  fetcher: 'fetchFromGitHub',
  owner: 'author',
  repo: 'driver',
  url: null,
  pattern: 'v{version}',
  version: '1',
  rev: 'v1',
  hash: null,
  follows: 'tag',
};

function nixpkgs(): SmallRepository {
  return {
    branches: { master: 'a'.repeat(40) },
    files: { 'pkgs/top-level/linux-kernels.nix': '{ }', '.github/modprobot.yml': config },
  };
}

function tagCreated() {
  return { ref: 'v2', ref_type: 'tag', repository: { html_url: 'https://github.com/Author/driver' } };
}

function pushed(login: string, name: string, ref: string) {
  return { ref, installation: { id: 1 }, repository: { name, owner: { login }, default_branch: 'master' } };
}

function deliver(server: string, event: string, payload: unknown, delivery: string, secret: string): Promise<Response> {
  const body = JSON.stringify(payload);
  return fetch(`${server}/api/github/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  });
}

async function deliveriesOf(server: string, event: string): Promise<string | undefined> {
  const text = await (await fetch(`${server}/metrics`)).text();
  return text.split('\n').find((line) => line.startsWith(`modprobot_webhook_deliveries_total{event="${event}"}`));
}

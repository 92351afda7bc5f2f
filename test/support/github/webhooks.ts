import { createHmac, randomUUID } from 'node:crypto';
import { webhookProblems } from './contract/contract.js';
import { accountView, organizationView } from './views/account.js';
import { repositoryView } from './views/repository.js';
import type { Account, Installation, Permission, Repository, World } from './world.js';
import { nodeId } from './world.js';

/** One attempt to bring one event to the App. A redelivery has the same `guid`. */
export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly payload: Record<string, unknown>;
  readonly installationId: number;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  readonly deliveredAt: string;
  /** `pending` until the App has answered or GitHub has given up. */
  status: string;
  statusCode: number;
  /** Seconds. */
  duration: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

export interface Event {
  readonly name: string;
  readonly action?: string;
  readonly sender: Account;
  readonly repository?: Repository;
  /** Only for events about an installation itself; otherwise it is found by the repository. */
  readonly installation?: Installation;
  readonly payload: object;
}

/** GitHub gives up on an answer after ten seconds, and never sends a payload of more than 25 MB. */
const patience = 10_000;
const largest = 25 * 1024 * 1024;

/** An App is told only of what its permissions let it read. */
const permissionFor: Record<string, Permission> = {
  push: 'contents',
  create: 'contents',
  delete: 'contents',
  release: 'contents',
  pull_request: 'pull_requests',
  pull_request_review: 'pull_requests',
  issues: 'issues',
  check_run: 'checks',
  check_suite: 'checks',
  repository: 'metadata',
};

export class Hooks {
  readonly deliveries: Delivery[] = [];
  url: string | undefined;
  readonly #world: World;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(world: World) {
    this.#world = world;
  }

  /** Tells the App what happened, if it is installed there, subscribed to it and allowed to read it. */
  emit(event: Event): void {
    const installation = event.installation ?? (event.repository && this.#world.installationOf(event.repository));
    if (!installation || !this.#hears(installation, event)) return;
    const payload = JSON.parse(JSON.stringify(envelope(event, installation))) as Record<string, unknown>;
    for (const problem of webhookProblems(event.name, event.action, payload)) {
      this.#world.violations.push(`webhook ${event.name} ${event.action ?? ''}: ${problem}`);
    }
    this.#deliver({
      guid: randomUUID(),
      event: event.name,
      action: event.action ?? null,
      payload,
      installationId: installation.id,
      repositoryId: event.repository?.id ?? null,
      redelivery: false,
    });
  }

  /** Sends a delivery once more, under the same guid. */
  redeliver(id: number): Delivery | undefined {
    const old = this.deliveries.find((delivery) => delivery.id === id);
    return old && this.#deliver({ ...old, redelivery: true });
  }

  /** Resolves when nothing is on its way any more, including what the App's answers set off. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  #hears(installation: Installation, event: Event): boolean {
    if (event.name.startsWith('installation')) return true;
    if (installation.suspendedAt || !this.#world.app.events.includes(event.name)) return false;
    const { permissions } = installation;
    if (event.name === 'issue_comment') return Boolean(permissions.issues ?? permissions.pull_requests);
    const needed = permissionFor[event.name];
    return needed === undefined || needed === 'metadata' || permissions[needed] !== undefined;
  }

  #deliver(
    what: Pick<Delivery, 'guid' | 'event' | 'action' | 'payload' | 'installationId' | 'repositoryId' | 'redelivery'>,
  ): Delivery {
    const delivery: Delivery = {
      ...what,
      id: this.#world.nextId(),
      deliveredAt: this.#world.now(),
      status: 'pending',
      statusCode: 0,
      duration: 0,
      responseHeaders: {},
      responseBody: '',
    };
    const work = this.#send(delivery, this.url).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
    this.deliveries.push(delivery);
    return delivery;
  }

  async #send(delivery: Delivery, url: string | undefined): Promise<void> {
    // A later turn: whoever caused the event has its own answer first, as on GitHub.
    await new Promise((resolve) => setImmediate(resolve));
    const body = JSON.stringify(delivery.payload);
    if (url === undefined || Buffer.byteLength(body) > largest) {
      delivery.status = 'not sent';
      return;
    }
    const started = performance.now();
    try {
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: deliveryHeaders(this.#world, delivery, body),
        body,
        signal: AbortSignal.any([AbortSignal.timeout(patience), this.#stop.signal]),
      });
      delivery.responseBody = await answer.text();
      delivery.responseHeaders = Object.fromEntries(answer.headers);
      delivery.statusCode = answer.status;
      delivery.status = answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`;
    } catch (error) {
      const timedOut = error instanceof Error && error.name === 'TimeoutError';
      delivery.status = timedOut ? 'timed out' : 'failed to connect to host';
    }
    delivery.duration = Math.round(performance.now() - started) / 1000;
  }
}

/** The headers of a delivery, signature included, as GitHub sends and shows them. */
export function deliveryHeaders({ app }: World, delivery: Delivery, body: string): Record<string, string> {
  const sign = (algorithm: string) => createHmac(algorithm, app.webhookSecret).update(body).digest('hex');
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/0000000',
    'x-github-delivery': delivery.guid,
    'x-github-event': delivery.event,
    'x-github-hook-id': '1',
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': `sha1=${sign('sha1')}`,
    'x-hub-signature-256': `sha256=${sign('sha256')}`,
  };
}

function envelope(event: Event, installation: Installation): object {
  const { repository } = event;
  const own = event.name.startsWith('installation');
  const organization = repository?.owner.type === 'Organization' ? organizationView(repository.owner) : undefined;
  return {
    ...(event.action === undefined ? {} : { action: event.action }),
    ...event.payload,
    ...(repository ? { repository: repositoryView(repository) } : {}),
    ...(organization ? { organization } : {}),
    sender: accountView(event.sender),
    ...(own ? {} : { installation: { id: installation.id, node_id: nodeId('MDIzOk', installation.id) } }),
  };
}

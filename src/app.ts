import type { ApplicationFunction, Probot } from 'probot';
import { jobsOf, type TakenEvent } from './app/jobs-of.js';
import type { Ledger } from './jobs/ledger.js';
import type { Queue } from './jobs/queue.js';

export interface AppPorts {
  readonly ledger: Ledger;
  readonly queue: Pick<Queue, 'send'>;
  /** Told of every delivery that is new. */
  readonly delivered: (event: string) => void;
}

const events = ['push', 'create', 'release', 'installation', 'installation_repositories'] as const;

/** The Probot application: GitHub's events in, stored jobs out, nothing else. GitHub waits ten seconds for the answer. */
export function createApp(ports: AppPorts): ApplicationFunction {
  return (probot: Probot) => {
    probot.on([...events], (context) => take({ id: context.id, name: context.name, payload: context.payload }, ports));
  };
}

async function take({ id, ...event }: { readonly id: string } & TakenEvent, ports: AppPorts): Promise<void> {
  if (await ports.ledger.deliveries.seen(id)) return;
  ports.delivered(event.name);
  for (const job of await jobsOf(event, ports.ledger)) await ports.queue.send(job);
  // Only now: a delivery whose jobs could not be stored is taken when GitHub sends it again.
  await ports.ledger.deliveries.add(id);
}

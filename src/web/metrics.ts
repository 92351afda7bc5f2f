import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { QueueName } from '../jobs/job.js';
import type { Handlers, Queue } from '../jobs/queue.js';
import { answer, type Handler, pathOf } from './handler.js';

/** What the operator sees of the App at `/metrics`, in the words of Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #deliveries = new Counter({
    name: 'modprobot_webhook_deliveries_total',
    help: 'Webhook deliveries that were taken, by event.',
    labelNames: ['event'],
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: 'modprobot_job_seconds',
    help: 'Duration of jobs, by queue and result.',
    labelNames: ['queue', 'result'],
    buckets: [0.1, 1, 10, 60, 300, 1800, 7200],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  delivered(event: string): void {
    this.#deliveries.inc({ event });
  }

  /** Counts the jobs that wait in a queue whenever somebody looks. */
  watch(queue: Queue): void {
    new Gauge({
      name: 'modprobot_jobs_waiting',
      help: 'Jobs that wait, by queue.',
      labelNames: ['queue'],
      registers: [this.#registry],
      async collect() {
        for (const [name, count] of Object.entries(await queue.waiting())) this.set({ queue: name }, count);
      },
    });
  }

  /** The same handlers, with their time taken. */
  measured(handlers: Handlers): Handlers {
    return {
      reconcile: (job, signal) => this.#time('reconcile', () => handlers.reconcile(job, signal)),
      'sync-fork': (job, signal) => this.#time('sync-fork', () => handlers['sync-fork'](job, signal)),
      'poll-upstream': (job, signal) => this.#time('poll-upstream', () => handlers['poll-upstream'](job, signal)),
      'update-driver': (job, signal) => this.#time('update-driver', () => handlers['update-driver'](job, signal)),
    };
  }

  readonly handler: Handler = async (request, response) => {
    if (request.method !== 'GET' || pathOf(request) !== '/metrics') return false;
    return answer(response, 200, 'text/plain; version=0.0.4', await this.#registry.metrics());
  };

  async #time(queue: QueueName, work: () => Promise<void>): Promise<void> {
    const stop = this.#seconds.startTimer({ queue });
    try {
      await work();
      stop({ result: 'done' });
    } catch (error) {
      stop({ result: 'failed' });
      throw error;
    }
  }
}

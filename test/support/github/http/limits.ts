import type { World } from '../world.js';
import type { Caller } from './call.js';
import { Refusal } from './reply.js';

interface Budget {
  limit: number;
  used: number;
  /** Seconds since the epoch. */
  reset: number;
}

/** GitHub's primary rate limit: so many requests an hour for each installation, App, user, and for all strangers. */
export class Limits {
  readonly #budgets = new Map<string, Budget>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Counts a request and throws when there are none left. */
  spend(caller: Caller, resource: string): void {
    const budget = this.#budget(caller, resource);
    if (budget.used >= budget.limit) {
      const who = caller.kind === 'installation' ? `installation ID ${caller.installation.id}` : 'you';
      throw new Refusal(403, `API rate limit exceeded for ${who}.`);
    }
    budget.used += 1;
  }

  headers(caller: Caller, resource: string): Record<string, string> {
    const { limit, used, reset } = this.#budget(caller, resource);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(limit - used),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': resource,
    };
  }

  view(caller: Caller) {
    const of = (resource: string) => {
      const { limit, used, reset } = this.#budget(caller, resource);
      return { limit, used, remaining: limit - used, reset };
    };
    const core = of('core');
    return { resources: { core, search: of('search'), graphql: of('graphql') }, rate: core };
  }

  /** Leaves every caller with so many requests until the hour is over. */
  leave(remaining: number): void {
    for (const installation of this.#world.installations.values()) {
      const budget = this.#budgetNamed(`core installation ${installation.id}`, 5000);
      budget.used = budget.limit - remaining;
    }
  }

  #budget(caller: Caller, resource: string): Budget {
    const who = {
      anonymous: () => 'anonymous',
      app: () => 'app',
      user: () => `user ${caller.kind === 'user' ? caller.account.id : ''}`,
      installation: () => `installation ${caller.kind === 'installation' ? caller.installation.id : ''}`,
    }[caller.kind]();
    const limit = resource === 'search' ? 30 : caller.kind === 'anonymous' ? 60 : 5000;
    return this.#budgetNamed(`${resource} ${who}`, limit);
  }

  #budgetNamed(name: string, limit: number): Budget {
    const now = Math.floor(Date.now() / 1000);
    const known = this.#budgets.get(name);
    if (known && known.reset > now) return known;
    const fresh = { limit, used: 0, reset: now + (name.startsWith('search') ? 60 : 3600) };
    this.#budgets.set(name, fresh);
    return fresh;
  }
}

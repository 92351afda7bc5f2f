import { Fault } from '../../errors.js';
import type { Engine } from './engine.js';

/** No Nix at all: updates are still edited and published, as drafts that say that nothing was built. */
export function noEngine(reason: string): Engine {
  return {
    name: 'none',
    async run({ program }) {
      throw new Fault('engine-missing', `${program} cannot run: ${reason}`);
    },
  };
}

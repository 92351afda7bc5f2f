import type { Forge } from '../github/forge.js';
import { type Checks, reportProgress } from '../publish/publish.js';
import type { VerifyProgress } from '../verify/verify.js';
import type { EditPorts } from './ports.js';

/** Shows on its check run what each kernel set is at, one write after the other. */
export function live(checks: Checks, forge: Forge, { progress }: Pick<EditPorts, 'progress'>) {
  let writes = Promise.resolve();
  const doing = { before: 'Building what is there before the update', after: 'Building the update' };
  return {
    onProgress(event: VerifyProgress): void {
      if (event.kind === 'line') return;
      if (event.kind === 'verdict') {
        const { set, before, after, status } = event.verdict;
        progress(`${set}: ${before} -> ${after} (${status})`);
        return;
      }
      const { set, side } = event;
      progress(`${set}: ${doing[side].toLowerCase()}`);
      // A report that is lost is no reason to break off a build: its completion is written for certain.
      writes = writes
        .then(() => reportProgress({ checks, set, doing: doing[side] }, forge))
        .catch((error: unknown) => progress(`${set}: progress could not be shown: ${String(error)}`));
    },
    /** Resolves when nothing that was reported is still on its way. */
    written: (): Promise<void> => writes,
  };
}

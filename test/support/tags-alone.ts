import type { WorkerPorts } from '../../src/worker/ports.js';

/** Ports of an upstream that is followed by its tags alone: it has no releases, and nobody asks for its branches. */
export const tagsAlone: Pick<WorkerPorts, 'listReleases' | 'readHead' | 'readDay'> = {
  listReleases: async () => ({ releases: [], etag: null }),
  readHead: async () => '0'.repeat(40),
  readDay: async () => '2026-11-20',
};

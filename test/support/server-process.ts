/**
 * A whole server in a process of its own, whose updates never end by themselves: for what happens at signals. Prints
 * `running` when an update runs. `node --import tsx server-process.ts <data folder>`
 */

import { stopOnSignals } from '../../src/server/signals.js';
import { startServer } from '../../src/server.js';
import { quiet } from './quiet.js';
import { settingsFor } from './settings.js';
import { smallGitHub } from './small-github.js';
import { tagsAlone } from './tags-alone.js';

const repository = {
  branches: { master: 'a'.repeat(40) },
  files: { 'pkgs/top-level/linux-kernels.nix': '{ }', '.github/modprobot.yml': 'drivers: { driver: {} }' },
};
const driver = { attr: 'driver' } as never;
const ports = {
  fetch: smallGitHub({ 'anna/nixpkgs': repository }).fetch,
  worker: async () => ({
    scan: async () => [driver],
    upstreamOf: () => 'https://github.com/author/driver.git',
    ...tagsAlone,
    listTags: async () => [],
    updateDriver: (_request: unknown, signal: AbortSignal) => {
      process.stdout.write('running\n');
      return new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
    close: async () => {},
  }),
};
stopOnSignals(await startServer(settingsFor(process.argv[2] ?? ''), ['serve', 'worker'], ports, quiet), quiet);

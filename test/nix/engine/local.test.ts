import { execFileSync } from 'node:child_process';
import { openLocal } from '../../../src/nix/engine/local.js';
import { readEngineSettings } from '../../../src/nix/engine/settings.js';
import { engineContract } from '../../contract/engine.js';
import { describeWith } from '../../support/require.js';

function hasNix(): boolean {
  try {
    execFileSync('nix-instantiate', ['--eval', '--expr', '1'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const localNix = {
  name: 'a Nix on this machine',
  met: hasNix(),
  enable: 'Install Nix (Debian: nix-bin and nix-setup-systemd).',
};

describeWith(localNix, 'the local engine keeps the promises of every engine', () => {
  // The probe of the contract builds with the machine's own bash, which no sandbox shows.
  engineContract(async () =>
    openLocal(readEngineSettings({ MODPROBOT_NIX_CONFIG: 'sandbox = false\nsubstituters =' })),
  );
});

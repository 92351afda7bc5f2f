import { openLocal } from '../../../src/nix/engine/local.js';
import { readEngineSettings } from '../../../src/nix/engine/settings.js';
import { engineContract } from '../../contract/engine.js';
import { localNix } from '../../support/nix.js';
import { describeWith } from '../../support/require.js';

describeWith(localNix, 'the local engine keeps the promises of every engine', () => {
  // The probe of the contract builds with the machine's own bash, which no sandbox shows.
  engineContract(async () =>
    openLocal(readEngineSettings({ MODPROBOT_NIX_CONFIG: 'sandbox = false\nsubstituters =' })),
  );
});

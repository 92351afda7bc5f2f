import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/jobs/store.js';
import { restartContract, storeContract } from '../contract/store.js';
import { quiet } from '../support/quiet.js';

describe('the embedded store', () => {
  const directories: string[] = [];
  const directory = async () => {
    const made = await mkdtemp(join(tmpdir(), 'modprobot-store-'));
    directories.push(made);
    return made;
  };
  afterAll(() => Promise.all(directories.map((made) => rm(made, { recursive: true, force: true }))));

  const open = async () => openStore({ databaseUrl: null, dataDirectory: await directory() }, quiet);
  storeContract(open);
  restartContract(open);
});

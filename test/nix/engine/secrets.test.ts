import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { openContainer } from '../../../src/nix/engine/container.js';
import { readEngineSettings } from '../../../src/nix/engine/settings.js';

describe('an error of the container engine', () => {
  it('holds no token of MODPROBOT_NIX_CONFIG', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'modprobot-test-'));
    const program = path.join(directory, 'podman');
    await writeFile(program, '#!/bin/sh\n[ "$1" = run ] && exit 125\nexit 0\n', { mode: 0o755 });
    const settings = readEngineSettings({ MODPROBOT_NIX_CONFIG: 'access-tokens = github.com=ghp_secret' });
    const engine = await openContainer(program, settings);
    const command = {
      program: 'nix-store',
      args: ['--version'],
      trees: [],
      network: 'none',
      timeoutMs: 60_000,
    } as const;
    try {
      const failed: unknown = await engine.run(command).catch((error: unknown) => error);
      await rm(program);
      const missing: unknown = await engine.run(command).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: 'engine-failed', data: { command: ['nix-store', '--version'] } });
      expect(missing).toMatchObject({ code: 'engine-missing' });
      for (const error of [failed, missing]) expect(inspect(error, { depth: null })).not.toContain('ghp_secret');
    } finally {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ContainerEngine, openContainer } from '../../../src/nix/engine/container.js';
import { volumeName } from '../../../src/nix/engine/container-store.js';
import { ownerName } from '../../../src/nix/engine/owner.js';
import type { EngineSettings } from '../../../src/nix/engine/settings.js';
import { engineContract } from '../../contract/engine.js';
import { containersOf, nixImage, testEngineSettings } from '../../support/nix.js';
import { describeWith } from '../../support/require.js';

const step = { network: 'none', timeoutMs: 60_000 } as const;
const instance = `modprobot-test-${process.pid}`;

function settingsWith(changes: Partial<EngineSettings['container']>): EngineSettings {
  const settings = testEngineSettings();
  return { ...settings, container: { ...settings.container, instance, ...changes } };
}

describeWith(nixImage, 'the container engine', () => {
  const settings = settingsWith({});
  const { program, image } = settings.container;

  describe('keeps the promises of every engine', () => {
    engineContract(async () => openContainer(program, settings));

    it('and leaves no container behind', async () => {
      expect(await containersOf(instance)).toEqual([]);
    });
  });

  describe('shuts strangers’ code in', () => {
    let engine: ContainerEngine;
    let tree: string;
    const bash = (script: string, trees: readonly string[] = []) =>
      engine.run({ program: 'bash', args: ['-c', script], trees, ...step });

    beforeAll(async () => {
      engine = await openContainer(program, settingsWith({ buildDisk: '8m', processes: 64 }));
      tree = await mkdtemp(path.join(tmpdir(), 'modprobot-tree-'));
    });

    afterAll(async () => {
      await engine.close();
      await rm(tree, { recursive: true, force: true });
    });

    it('sees a tree but cannot write it', async () => {
      const finished = await bash(`ls ${tree} && touch ${tree}/written`, [tree]);
      expect(finished.exitCode).not.toBe(0);
      expect(finished.stderr).toContain('Read-only file system');
    });

    it('cannot write the root', async () => {
      expect((await bash('touch /etc/written')).stderr).toContain('Read-only file system');
    });

    it('has no network but its own loopback while it compiles', async () => {
      const { stdout } = await bash('tail -n +3 /proc/net/dev');
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.trim().split(':')[0]),
      ).toEqual(['lo']);
    });

    it('cannot fill the disk', async () => {
      expect((await bash('head -c 16m /dev/zero > /build/full')).stderr).toContain('No space left on device');
    });

    it('is bound in processes and memory', async () => {
      // Control groups of the second version, else of the first.
      const limits = 'cat pids.max memory.max || cat pids/pids.max memory/memory.limit_in_bytes';
      const { stdout } = await bash(`cd /sys/fs/cgroup; ${limits}`);
      expect(stdout.trim().split('\n').slice(-2)).toEqual(['64', String(8 * 1024 ** 3)]);
    });

    it('has no capability that Nix does not need', async () => {
      const { stdout } = await bash('grep -E "^(CapBnd|NoNewPrivs)" /proc/self/status');
      // CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, KILL 5, SETGID 6, SETUID 7
      expect(stdout).toMatch(/CapBnd:\s+00000000000000eb/);
      expect(stdout).toMatch(/NoNewPrivs:\s+1/);
    });
  });

  it('removes what a killed worker left, and nothing of a living one', async () => {
    const dead = 'modprobot-4194999-1-00ff';
    const living = `${ownerName()}-00ff`;
    const own = settingsWith({ instance: `${instance}-leftovers` });
    const label = `org.modprobot.instance=${own.container.instance}`;
    for (const name of [dead, living]) {
      await promisify(execFile)(program, ['create', '--name', name, '--label', label, image, 'true']);
    }
    const engine = await openContainer(program, own);
    try {
      expect(await engine.removeLeftovers()).toEqual([dead]);
      expect(await containersOf(own.container.instance)).toEqual([living]);
    } finally {
      await promisify(execFile)(program, ['rm', '--force', living]);
      await engine.close();
    }
  });

  it('clears a store that has grown past its limit', async () => {
    const own = settingsWith({ volume: `${instance}-trim`, storeLimit: '1m', instance: `${instance}-trim` });
    const engine = await openContainer(program, own);
    const run = (name: string, ...args: string[]) => engine.run({ program: name, args, trees: [], ...step });
    try {
      const added = await run('bash', '-c', 'head -c 4m /dev/urandom > /tmp/large; nix-store --add /tmp/large');
      const large = added.stdout.trim();
      expect((await run('test', '-e', large)).exitCode).toBe(0);
      expect(await engine.trimStore()).toBeGreaterThan(2 * 1024 ** 2);
      expect((await run('test', '-e', large)).exitCode).toBe(1);
      expect(await engine.trimStore()).toBe(0);
    } finally {
      const volume = await volumeName(program, own.container);
      await promisify(execFile)(program, ['volume', 'rm', '--force', volume]);
      await engine.close();
    }
  });
});

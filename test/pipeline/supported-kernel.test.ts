import type { Engine } from '../../src/nix/engine/engine.js';
import type { ProvedEdit } from '../../src/pipeline/prove-edit.js';
import { newerSupportedKernel } from '../../src/pipeline/supported-kernel.js';

const settings = { evaluationMs: 1000, buildMs: 1000, parallel: 1, allowOtherBuilds: false, system: null };
const builds = { get: async () => null, put: async () => {} };
const path = 'pkgs/os-specific/linux/zfs/2_3.nix';

/** A proved edit of `zfs_2_3`, as far as it matters here. */
const proof = {
  attr: 'zfs_2_3',
  facts: {
    after: {
      sets: {
        linux_6_8: { state: 'throws', sentence: 'gone' },
        linux_6_12: {
          state: 'present',
          attrs: { zfs_2_3: { state: 'present', sources: [{ drvPath: '/nix/store/source.drv' }] } },
        },
      },
    },
  },
} as unknown as ProvedEdit;

function remarks(text: string, meta: string | null, of: ProvedEdit = proof): Promise<string[]> {
  const engine: Engine = {
    name: 'container',
    run: async ({ program, args }) => {
      const end = { exitCode: 0, stderr: '', timedOut: false, ms: 1 };
      if (program === 'nix-store') return { ...end, stdout: '/nix/store/source\n' };
      expect(args).toEqual(['--', '/nix/store/source/META']);
      return meta === null ? { ...end, exitCode: 1, stdout: '' } : { ...end, stdout: meta };
    },
  };
  const files = [{ path, before: '', after: text, diff: '' }];
  return newerSupportedKernel(files, of, { verify: { engine, builds, settings } });
}

const meta = 'Meta: 1\nName: zfs\nLinux-Maximum: 7.1\nLinux-Minimum: 4.18\n';
const derivation = (kernel: string) => `{\n  kernelMaxSupportedMajorMinor = "${kernel}";\n}\n`;

describe('newerSupportedKernel', () => {
  it('points out that upstream supports a newer kernel than the file says', async () => {
    expect(await remarks(derivation('6.18'), meta)).toEqual([
      `Upstream's META file says that the release supports kernels up to 7.1; kernelMaxSupportedMajorMinor in ${path} says 6.18.`,
    ]);
  });

  it.each([
    ['the file says the same', derivation('7.1'), meta, proof],
    ['the file says more', derivation('7.2'), meta, proof],
    ['the file says nothing of it', '{ }\n', meta, proof],
    ['upstream has no such file', derivation('6.18'), null, proof],
    ['no Nix was there', derivation('6.18'), meta, { ...proof, facts: null } as ProvedEdit],
  ])('says nothing where %s', async (_, text, said, of) => {
    expect(await remarks(text, said, of)).toEqual([]);
  });
});

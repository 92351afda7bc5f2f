import type { Update, Verification } from '../../src/publish/publish.js';
import type { BuiltModule, Verdict } from '../../src/verify/verdict.js';

const file = 'pkgs/os-specific/linux/v4l2loopback/default.nix';
const oldHash = 'sha256-1h6RgSqkqIBj3HWxyCTfmLjWSQYVaXvGHSK5n6SGKgo=';
const newHash = 'sha256-X6SBO8NL5cDvjxdJLyOBSGWkr7MMqWhnnrqwYCQEU0w=';

export const derivation = (version: string) => `{ version = "${version}"; }\n`;
export const files = { [file]: derivation('0.13.2'), 'README.md': 'nixpkgs\n' };

/** v4l2loopback from 0.13.2 to `version`, on a base commit. */
export function update(base: string, version = '0.15.4'): Update {
  const source = {
    fetcher: 'fetchFromGitHub',
    url: `https://github.com/umlaeute/v4l2loopback/archive/refs/tags/v${version}.tar.gz`,
    mode: 'nar',
    stripRoot: true,
    needsNix: [],
  } as const;
  return {
    driver: {
      attr: 'v4l2loopback',
      file,
      fetcher: 'fetchFromGitHub',
      owner: 'umlaeute',
      repo: 'v4l2loopback',
      url: source.url,
      pattern: 'v{version}',
      version: '0.13.2',
      rev: 'v0.13.2',
      hash: { attribute: 'hash', value: oldHash, file, line: 14 },
      follows: 'tag',
    },
    release: { tag: { name: `v${version}`, commit: 'c0ffee'.padEnd(40, '0') }, version, kernel: null },
    remarks: [],
    plan: {
      attr: 'v4l2loopback',
      version: { from: '0.13.2', to: version },
      rev: `v${version}`,
      source,
      replacements: [],
      hash: { file, start: 0, end: 0, value: oldHash },
    },
    files: [{ path: file, before: derivation('0.13.2'), after: derivation(version), diff: '' }],
    hash: { hash: newHash, hashedBy: ['builtin', 'container'] },
    base: { branch: 'master', commit: base },
  };
}

export function verdict(set: string, before: Verdict['before'], after: Verdict['after']): Verdict {
  const number = set.replace('linux_', '').replace('_', '.');
  const error = { file: 'v4l2loopback.c', line: 2345, message: "implicit declaration of function 'del_timer_sync'" };
  return {
    set,
    version: `${number}.1`,
    before,
    after,
    status: statusOf(before, after),
    reason: after === 'unavailable' ? 'linux 6.9 was removed because it has reached its end of life upstream' : '',
    ms: 2100,
    error: after === 'fails' ? error : null,
    modules: after === 'ok' ? [builtModule(`${number}.1 SMP preempt mod_unload`)] : [],
  };
}

function builtModule(vermagic: string): BuiltModule {
  return { name: 'v4l2loopback.ko', vermagic, version: '0.15.4', license: 'GPL' };
}

function statusOf(before: Verdict['before'], after: Verdict['after']): Verdict['status'] {
  if (after === 'unavailable' || after === 'not built') return after;
  if (after === 'ok') return before === 'ok' ? 'same' : 'fixed';
  return before === 'ok' ? 'regression' : 'still failing';
}

/** Everything builds, and what failed before does so too. */
export const good: Verification = {
  system: 'x86_64-linux',
  matching: 'linux_6_12',
  verdicts: [
    verdict('linux_7_3', 'fails', 'ok'),
    verdict('linux_7_2', 'fails', 'ok'),
    verdict('linux_6_12', 'ok', 'ok'),
  ],
  bound: null,
  trials: [],
  shared: [],
  tests: [],
};

/** Nothing was built, as on a machine without Nix. */
export const unbuilt: Verification = {
  ...good,
  system: null,
  verdicts: good.verdicts.map(({ set }) => ({
    ...verdict(set, 'not built', 'not built'),
    reason: 'no Nix engine answers here',
  })),
};

/** What worked on the newest kernel does not any more. */
export const regressed: Verification = {
  ...good,
  verdicts: [verdict('linux_7_3', 'ok', 'fails'), verdict('linux_6_12', 'ok', 'ok')],
};

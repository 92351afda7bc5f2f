import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileEdit } from '../../src/edit/edit.js';
import { noEngine } from '../../src/nix/engine/none.js';
import { type OpenedEngine, openEngine } from '../../src/nix/engine/open.js';
import { readKernelSets } from '../../src/nixpkgs/kernel-sets.js';
import { type ProvedEdit, proveEdit } from '../../src/pipeline/prove-edit.js';
import { openTrees } from '../../src/pipeline/trees.js';
import { copyNixpkgs, nixImage, testEngineSettings } from '../support/nix.js';
import { describeWith } from '../support/require.js';

const folder = 'pkgs/os-specific/linux/v4l2loopback';
const derivation = `${folder}/default.nix`;
const settings = { evaluationMs: 120_000, buildMs: 1000, parallel: 2, allowOtherBuilds: false, system: null };
const builds = { get: async () => null, put: async () => {} };
const trees: string[] = [];

/** A copy of the small nixpkgs, with changes: file, from, to. */
async function treeWith(...changes: readonly (readonly [string, string, string])[]): Promise<string> {
  const tree = await copyNixpkgs();
  trees.push(tree);
  for (const [file, from, to] of changes) {
    const text = await readFile(path.join(tree, file), 'utf8');
    expect(text).toContain(from);
    await writeFile(path.join(tree, file), text.replace(from, to));
  }
  return tree;
}

/** What an update to 0.15.4 changes. */
async function editOf(tree: string): Promise<readonly FileEdit[]> {
  const before = await readFile(path.join(tree, derivation), 'utf8');
  const after = before.replace('"0.13.2"', '"0.15.4"').replace(/sha256-[^"]*/, `sha256-${'B'.repeat(43)}=`);
  return [{ path: derivation, before, after, diff: '' }];
}

async function prove(tree: string, engine: OpenedEngine['engine']) {
  await using opened = openTrees(tree);
  const { sets } = await readKernelSets(tree);
  const ports = { verify: { engine, builds, settings }, progress: () => {} };
  return await proveEdit({ attr: 'v4l2loopback', files: await editOf(tree), trees: opened, sets }, ports);
}

afterAll(async () => {
  for (const tree of trees) await rm(tree, { recursive: true, force: true });
});

const secondModule = [
  'pkgs/top-level/linux-kernels.nix',
  'v4l2loopback = callPackage ../os-specific/linux/v4l2loopback { };',
  [
    'v4l2loopback = callPackage ../os-specific/linux/v4l2loopback { };',
    'v4l2loopback_debug = (callPackage ../os-specific/linux/v4l2loopback { }).overrideDebug;',
  ].join('\n'),
] as const;
const debugVariant = [
  derivation,
  '  hardeningDisable',
  '  passthru.tests.smoke = null;\n  passthru.overrideDebug = stdenv.mkDerivation { pname = "v4l2loopback-debug"; inherit version; };\n  hardeningDisable',
] as const;
const userland = [
  'pkgs/top-level/all-packages.nix',
  '  linuxKernel =',
  '  v4l2loopback-tools = callPackage ../os-specific/linux/v4l2loopback { kernel = pkgs.linuxKernel.kernels.linux_6_12; kernelModuleMakeFlags = [ ]; };\n  linuxKernel =',
] as const;

describe('proveEdit without Nix', () => {
  it('proves nothing, and still names what is made from the edited file', async () => {
    const proof = await prove(await treeWith(secondModule, userland), noEngine('off'));
    expect(proof).toMatchObject({
      ...{ outcome: 'proved', facts: null },
      ...{ shared: ['v4l2loopback_debug'], packages: ['v4l2loopback-tools'] },
    });
  });
});

describeWith(nixImage, 'proveEdit', () => {
  let opened: OpenedEngine;
  beforeAll(async () => {
    opened = await openEngine(testEngineSettings());
  }, 120_000);
  afterAll(() => opened?.close());

  it('lets an edit through that changes version and source alone, with the facts to build from', async () => {
    const proof = (await prove(await treeWith(), opened.engine)) as ProvedEdit;
    expect(proof).toMatchObject({ outcome: 'proved', shared: [], packages: [] });
    const set = proof.facts?.after.sets.linux_7_3;
    expect(set?.state === 'present' && set.attrs.v4l2loopback).toMatchObject({ version: '0.15.4-7.3.4' });
  }, 60_000);

  it.each([
    [
      'its description',
      [derivation, '"Kernel module to', `"Version \${version} to`],
      'meta.description of linux_6_12.v4l2loopback from "Version 0.13.2 to create V4L2 loopback devices" to "Version 0.15.4 to create',
    ],
    [
      'on which kernels it is broken',
      [
        derivation,
        '    maintainers =',
        '    broken = lib.versionAtLeast version "0.15" && kernel.kernelAtLeast "7.0";\n    maintainers =',
      ],
      'broken of linux_7_2.v4l2loopback from false to true',
    ],
    [
      'whether it is there',
      [derivation, 'stdenv.mkDerivation {', 'assert version == "0.13.2";\nstdenv.mkDerivation {'],
      'its state of linux_6_12.v4l2loopback from "present" to "throws"',
    ],
  ] as const)(
    'refuses an edit that changes %s, and shows it',
    async (_, change, reason) => {
      expect(await prove(await treeWith(change), opened.engine)).toMatchObject({
        ...{ outcome: 'refused', code: 'guard-facts' },
        reason: expect.stringContaining(reason),
      });
    },
    60_000,
  );

  it('names other attributes that the edit changes, and the tests that nobody runs', async () => {
    const tree = await treeWith(debugVariant, secondModule, userland);
    const proof = (await prove(tree, opened.engine)) as ProvedEdit;
    expect(proof).toMatchObject({
      ...{ outcome: 'proved', shared: ['v4l2loopback_debug'], packages: ['v4l2loopback-tools'] },
    });
    const set = proof.facts?.after.sets.linux_6_12;
    expect(set?.state === 'present' && set.attrs.v4l2loopback).toMatchObject({ tests: ['smoke'] });
  }, 60_000);

  it('loses no set to a neighbour that cannot be evaluated', async () => {
    const dying = [secondModule[0], secondModule[1], secondModule[2].replace('overrideDebug', 'noSuchThing')] as const;
    expect(await prove(await treeWith(dying), opened.engine)).toMatchObject({ outcome: 'proved', shared: [] });
  }, 60_000);
});

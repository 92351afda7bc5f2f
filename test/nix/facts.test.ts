import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type OpenedEngine, openEngine } from '../../src/nix/engine/open.js';
import { collectFacts, type Facts } from '../../src/nix/facts.js';
import { copyNixpkgs, nixImage, testEngineSettings } from '../support/nix.js';
import { describeWith } from '../support/require.js';

const attrs = ['v4l2loopback', 'acpi_call', 'ddcci-driver', 'xpadneo', 'xone', 'ch9344', 'mwprocapture'];

describeWith(nixImage, 'collectFacts', () => {
  let opened: OpenedEngine;
  const trees: string[] = [];
  const ask = (tree: string, sets: readonly string[], wanted: readonly string[]): Promise<Facts> =>
    collectFacts(opened.engine, { tree, sets, attrs: wanted, system: null, timeoutMs: 120_000 });

  async function treeWith(file: string, from: string, to: string): Promise<string> {
    const tree = await copyNixpkgs();
    trees.push(tree);
    const place = path.join(tree, file);
    const text = await readFile(place, 'utf8');
    expect(text).toContain(from);
    await writeFile(place, text.replace(from, to));
    return tree;
  }

  function attr(facts: Facts, set: string, name: string): unknown {
    const found = facts.sets[set];
    return found?.state === 'present' ? found.attrs[name] : found;
  }

  beforeAll(async () => {
    opened = await openEngine(testEngineSettings());
    trees.push(await copyNixpkgs());
  }, 120_000);

  afterAll(async () => {
    await opened?.close();
    for (const tree of trees) await rm(tree, { recursive: true, force: true });
  });

  it('tells versions, sources and hashes of every style, per kernel', async () => {
    const facts = await ask(trees[0] ?? '', ['linux_6_12', 'linux_7_3'], attrs);
    expect(facts.system).toMatch(/-linux$/);
    expect(facts.sets.linux_7_3).toMatchObject({ version: '7.3.4', modDirVersion: '7.3.4+deb13-amd64' });
    expect(attr(facts, 'linux_6_12', 'v4l2loopback')).toMatchObject({
      state: 'present',
      version: '0.13.2-6.12.107',
      drvPath: expect.stringMatching(/^\/nix\/store\/.*-v4l2loopback-0\.13\.2-6\.12\.107\.drv$/),
      position: 'pkgs/os-specific/linux/v4l2loopback/default.nix:15',
      maintainers: ['example-maintainer'],
      sources: [
        {
          rev: 'v0.13.2',
          urls: ['https://github.com/umlaeute/v4l2loopback/archive/refs/tags/v0.13.2.tar.gz'],
          hash: 'sha256-rcwgOXnhRPTmNKUppupfe/2qNUBDUqVb3TeDbrP5pnU=',
        },
      ],
    });
    expect(attr(facts, 'linux_6_12', 'acpi_call')).toMatchObject({ version: '1.2.2' });
    expect(attr(facts, 'linux_6_12', 'xpadneo')).toMatchObject({ sources: [{ rev: 'v0.9.7' }] });
    expect(attr(facts, 'linux_6_12', 'ddcci-driver')).toMatchObject({ patches: [] });
    expect(attr(facts, 'linux_7_3', 'ddcci-driver')).toMatchObject({
      patches: [{ drvPath: expect.stringContaining('.patch.drv') }],
    });
  });

  it('tells what is not to be built, in nixpkgs’ own words', async () => {
    const facts = await ask(
      trees[0] ?? '',
      ['linux_6_12', 'linux_7_3', 'linux_6_8', 'linux_9_9'],
      ['xone', 'ch9344', 'mwprocapture', 'ati_drivers_x11', 'no-such-module', 'kernel'],
    );
    expect(attr(facts, 'linux_6_12', 'xone')).toEqual({ state: 'null', sentence: '' });
    expect(attr(facts, 'linux_7_3', 'xone')).toMatchObject({ state: 'present' });
    expect(attr(facts, 'linux_6_12', 'ch9344')).toMatchObject({ broken: false });
    expect(attr(facts, 'linux_7_3', 'ch9344')).toMatchObject({ broken: true });
    expect(attr(facts, 'linux_6_12', 'mwprocapture')).toMatchObject({ unfree: true });
    expect(attr(facts, 'linux_6_12', 'no-such-module')).toEqual({ state: 'missing', sentence: '' });
    expect(attr(facts, 'linux_6_12', 'kernel')).toEqual({ state: 'no-derivation', sentence: '' });
    expect(attr(facts, 'linux_6_12', 'ati_drivers_x11')).toEqual({
      state: 'throws',
      sentence: 'ati drivers are no longer supported by any kernel >=4.1',
    });
    expect(facts.sets.linux_6_8).toEqual({
      state: 'throws',
      sentence: 'linux 6.8 was removed because it has reached its end of life upstream',
    });
    expect(facts.sets.linux_9_9).toEqual({ state: 'missing', sentence: '' });
  });

  it('loses only the set that kills the evaluation', async () => {
    const tree = await treeWith(
      'pkgs/os-specific/linux/v4l2loopback/default.nix',
      'version = "0.13.2";',
      'version = if kernel.kernelAtLeast "7.3" then kernel.noSuchThing else "0.13.2";',
    );
    const facts = await ask(tree, ['linux_6_12', 'linux_7_3'], ['v4l2loopback']);
    expect(attr(facts, 'linux_6_12', 'v4l2loopback')).toMatchObject({ state: 'present' });
    expect(facts.sets.linux_7_3).toEqual({
      state: 'dies',
      sentence: expect.stringContaining("attribute 'noSuchThing' missing"),
    });
  });

  it('says that it is the tree when nothing can be evaluated', async () => {
    const tree = await treeWith('default.nix', 'let', 'let )');
    await expect(ask(tree, ['linux_6_12'], ['v4l2loopback'])).rejects.toMatchObject({ code: 'evaluation-failed' });
  });

  const checkout = process.env.MODPROBOT_NIXPKGS;
  if (checkout !== undefined) {
    it('instantiates a module of a full nixpkgs', async () => {
      const kernels = await readFile(path.join(checkout, 'pkgs/os-specific/linux/kernel/kernels-org.json'), 'utf8');
      const branches = Object.keys(JSON.parse(kernels)).filter((branch) => branch !== 'testing');
      const sets = branches.map((branch) => `linux_${branch.replace('.', '_')}`);
      const facts = await ask(checkout, sets, ['v4l2loopback']);
      for (const set of sets) {
        expect(attr(facts, set, 'v4l2loopback')).toMatchObject({ state: 'present', drvPath: expect.any(String) });
      }
    }, 600_000);
  }
});

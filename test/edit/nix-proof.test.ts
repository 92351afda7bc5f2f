import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import type { EditPlan } from '../../src/edit/edit.js';
import { planEditOf } from '../../src/edit/plan.js';
import { writeEdits } from '../../src/edit/write.js';
import { type OpenedEngine, openEngine } from '../../src/nix/engine/open.js';
import { evaluate } from '../../src/nix/instantiate.js';
import { scan } from '../../src/nixpkgs/scan.js';
import { nixImage, testEngineSettings } from '../support/nix.js';
import { describeWith } from '../support/require.js';
import { edited, inTemporaryFolder, modules, newHash, nextOf, readModules } from './modules.js';
import { expectProved } from './proof.js';
import { type StubAnswer, stubExpression } from './stubs.js';

const kernels = ['6.6.119', '6.12.63'];

describeWith(nixImage, 'an edit, judged by Nix', () => {
  let opened: OpenedEngine;
  beforeAll(async () => {
    opened = await openEngine(testEngineSettings());
  }, 120_000);
  afterAll(() => opened?.close());

  async function ask(tree: string, attrs: readonly string[]): Promise<StubAnswer> {
    const request = { attrs, kernels };
    const answer = await evaluate(opened.engine, { expression: stubExpression, tree, request, timeoutMs: 120_000 });
    if (answer.outcome === 'died') throw new Error(answer.log);
    return answer.value as StubAnswer;
  }

  it('gives exactly the release that was asked for, on every kernel, and changes no other argument of the source', async () => {
    await inTemporaryFolder(async (folder) => {
      await cp(modules, folder, { recursive: true });
      const plans = new Map<string, EditPlan>();
      for (const driver of await scan(modules)) {
        const plan = planEditOf(readModules, driver.attr, nextOf(driver));
        const files = edited(driver.attr, nextOf(driver));
        if ('outcome' in plan || 'outcome' in files) continue;
        plans.set(driver.attr, plan);
        await writeEdits(folder, files);
      }
      expect(plans.size).toBeGreaterThan(30);
      const [before, after] = [await ask(modules, [...plans.keys()]), await ask(folder, [...plans.keys()])];
      expectProved(plans, { before, after, hash: newHash });
    });
  }, 120_000);

  it('writes a version of odd characters so that Nix reads that very string, or refuses it', async () => {
    const plain = fc.constantFrom('1', '20', '3.4', '-rc1', '_', '+git', 'a', '.7');
    const odd = fc.constantFrom(
      '"',
      '${',
      '$',
      '}',
      "''",
      '\\',
      '\\n',
      '\n',
      '\t',
      ' ',
      '\u0000',
      '#',
      'é',
      '/',
      '@',
      '${x}',
      '~',
      '..',
    );
    const pieces = fc.array(fc.oneof({ arbitrary: plain, weight: 5 }, { arbitrary: odd, weight: 1 }), {
      minLength: 1,
      maxLength: 5,
    });
    const versions = fc.sample(pieces, { numRuns: 500, seed: 6 });
    const accepted = new Map<string, { version: string; text: string }>();
    for (const version of new Set(versions.map((version) => version.join('')))) {
      const [file] = [edited('string-forms', { tag: `v${version}`, version })].flatMap((files) =>
        'outcome' in files ? [] : files,
      );
      if (file !== undefined) accepted.set(`case-${accepted.size}`, { version, text: file.after });
    }
    expect(accepted.size).toBeGreaterThan(20);
    await inTemporaryFolder(async (folder) => {
      await mkdir(path.join(folder, 'pkgs/top-level'), { recursive: true });
      const registered = [...accepted.keys()].map((name) => `${name} = callPackage ./${name}.nix { };`).join('\n');
      await writeFile(
        path.join(folder, 'pkgs/top-level/linux-kernels.nix'),
        `{ newScope, lib }: { packagesFor = kernel: lib.makeExtensible (self: let callPackage = newScope self; in { inherit kernel; ${registered} }); }`,
      );
      for (const [name, { text }] of accepted) await writeFile(path.join(folder, `pkgs/top-level/${name}.nix`), text);
      const answer = (await ask(folder, [...accepted.keys()]))[kernels[0] ?? ''];
      for (const [name, { version }] of accepted) {
        expect({ version: answer?.[name]?.version, rev: answer?.[name]?.source?.rev }).toEqual({
          version,
          rev: `v${version}`,
        });
      }
    });
  }, 120_000);
});

import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EditPlan } from '../../src/edit/edit.js';
import { planEditOf } from '../../src/edit/plan.js';
import { writeEdits } from '../../src/edit/write.js';
import { openEngine } from '../../src/nix/engine/open.js';
import { evaluate } from '../../src/nix/instantiate.js';
import { scan } from '../../src/nixpkgs/scan.js';
import { readTree } from '../../src/nixpkgs/scan-files.js';
import { derivationLike, type KnownModule } from '../nixpkgs/census.js';
import { nixImage, testEngineSettings } from '../support/nix.js';
import { describeWith } from '../support/require.js';
import { edited, inTemporaryFolder, newHash, nextOf } from './modules.js';
import { expectProved } from './proof.js';
import { type StubAnswer, stubExpression } from './stubs.js';

const data = fileURLToPath(new URL('../../../shared/data/derivations.json', import.meta.url));
const known = {
  name: `${nixImage.name}, and the facts of real modules`,
  met: nixImage.met && existsSync(data),
  enable: `${nixImage.enable} Put derivations.json into ../shared/data.`,
};

/** Each with the code of the reason that a person reads. */
const refusals: Readonly<Record<string, string>> = {
  // The version is another package's.
  'mdio-netlink': 'other-package',
  'sheep-net': 'other-package',
  // Pinned to a commit under a plain number: no date stands there that could move with the commit.
  ch9344: 'version-without-date',
  'hid-t150': 'version-without-date',
  'morse-driver': 'version-without-date',
  ply: 'version-without-date',
  // Version and URL disagree in a way that no rule explains.
  broadcom_sta: 'version-not-in-revision',
  'hpuefi-mod': 'version-not-in-revision',
  yt6801: 'version-not-in-revision',
};

/** A tree with every real module that the data allow to be rebuilt, around its own expressions. */
async function writeModules(folder: string): Promise<void> {
  const modules = JSON.parse(readFileSync(data, 'utf8')) as KnownModule[];
  const registered: string[] = [];
  for (const module of modules) {
    const derivation = derivationLike(module);
    if (derivation === null) continue;
    const file = path.join(folder, module.path);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, derivation);
    const relative = module.path.replace(/^pkgs\//, '');
    registered.push(`${JSON.stringify(module.attr)} = callPackage ../${relative} { };`);
  }
  await mkdir(path.join(folder, 'pkgs/top-level'), { recursive: true });
  await writeFile(
    path.join(folder, 'pkgs/top-level/linux-kernels.nix'),
    `{ newScope, lib }: { packagesFor = kernel_: lib.makeExtensible (self: with self; let callPackage = newScope self; in {
      kernel = kernel_;
      ${registered.join('\n')}
    }); }`,
  );
}

describeWith(known, 'the real modules, judged by Nix', () => {
  it('are edited to exactly the release that was asked for, or refused with the reason', async () => {
    const opened = await openEngine(testEngineSettings());
    try {
      await inTemporaryFolder(async (folder) => {
        const before = path.join(folder, 'before');
        const after = path.join(folder, 'after');
        await writeModules(before);
        await cp(before, after, { recursive: true });
        const plans = new Map<string, EditPlan>();
        const refused: Record<string, string> = {};
        const readText = readTree(before);
        for (const driver of await scan(before)) {
          if (driver.attr === 'kernel') continue;
          const plan = planEditOf(readText, driver.attr, nextOf(driver));
          const files = edited(driver.attr, nextOf(driver), readText);
          if ('outcome' in plan || 'outcome' in files) {
            refused[driver.attr] = 'outcome' in plan ? plan.code : (files as { code: string }).code;
            continue;
          }
          plans.set(driver.attr, plan);
          await writeEdits(after, files);
        }
        expect(refused).toEqual(refusals);
        expect(plans.size).toBeGreaterThan(40);
        const ask = async (tree: string): Promise<StubAnswer> => {
          const request = { attrs: [...plans.keys()], kernels: ['6.6.119', '6.12.63'] };
          const query = { expression: stubExpression, tree, request, timeoutMs: 120_000 };
          const answer = await evaluate(opened.engine, query);
          if (answer.outcome === 'died') throw new Error(answer.log);
          return answer.value as StubAnswer;
        };
        expectProved(plans, { before: await ask(before), after: await ask(after), hash: newHash });
      });
    } finally {
      await opened.close();
    }
  }, 120_000);
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type ContainerEngine, openContainer } from '../../../src/nix/engine/container.js';
import { parse } from '../../../src/nix/syntax/parse.js';
import { printParenthesised } from '../../../src/nix/syntax/print.js';
import { NixSyntaxError } from '../../../src/nix/syntax/syntax-error.js';
import { nixImage, testEngineSettings } from '../../support/nix.js';
import { describeWith } from '../../support/require.js';
import { nixWords, syntaxCases } from './cases.js';

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));

interface Verdict {
  /** The syntax is right, though a variable may be undefined or an attribute defined twice. */
  readonly accepted: boolean;
  /** Without any complaint. */
  readonly parsed: boolean;
  readonly output: string;
}

/** What Nix says of each text: one process per text, all in one container. */
async function askNix(engine: ContainerEngine, texts: readonly string[]): Promise<Verdict[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'modprobot-referee-'));
  try {
    await Promise.all(texts.map((text, index) => writeFile(path.join(folder, `${index}.nix`), text)));
    const script =
      'for ((i = 0; i < $2; i++)); do nix-instantiate --parse "$1/$i.nix" 2>&1; printf "\\n\\x01%s\\x02" "$?"; done';
    const args = ['-c', script, 'referee', folder, String(texts.length)];
    const run = await engine.run({ program: 'bash', args, trees: [folder], network: 'none', timeoutMs: 120_000 });
    return run.stdout
      .split('\u0002')
      .slice(0, texts.length)
      .map((answer) => {
        const [output = '', code = ''] = answer.split('\n\u0001');
        const understood = /undefined variable|already defined/.test(output);
        return { accepted: code === '0' || understood, parsed: code === '0', output };
      });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function accepts(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof NixSyntaxError) return false;
    throw error;
  }
}

describeWith(nixImage, 'the parser and the pinned Nix', () => {
  let engine: ContainerEngine;

  beforeAll(async () => {
    const settings = testEngineSettings();
    engine = await openContainer(settings.container.program, settings);
  });

  it('agree on what is an expression', async () => {
    const random = fc.sample(
      fc.array(fc.constantFrom(...nixWords), { maxLength: 12 }).map((words) => words.join(' ')),
      { numRuns: 150, seed: 20260101 },
    );
    const texts = [...syntaxCases, ...random];
    const verdicts = await askNix(engine, texts);
    const differences = texts.flatMap((text, index) =>
      accepts(text) === verdicts[index]?.accepted ? [] : [{ text, nix: verdicts[index]?.output }],
    );
    expect(differences).toEqual([]);
  }, 180_000);

  it('read every expression in the same way, without relying on precedence', async () => {
    const files = (await readdir(fixtures, { recursive: true })).filter((file) => file.endsWith('.nix'));
    const texts = await Promise.all(files.map((file) => readFile(path.join(fixtures, file), 'utf8')));
    const bound = 'a: b: c: d: e: f: g: x: y: z: ';
    const expressions = [...texts, ...syntaxCases.filter(accepts).map((text) => bound + text)];
    const originals = await askNix(engine, expressions);
    const printed = await askNix(
      engine,
      expressions.map((text) => printParenthesised(parse(text))),
    );
    const plain = (verdict: Verdict | undefined) => verdict?.output.replaceAll(/referee-\w+/g, '');
    expect(originals.filter((verdict) => verdict.parsed).length).toBeGreaterThan(100);
    for (const [index, text] of expressions.entries()) {
      if (originals[index]?.parsed !== true) continue;
      expect({ text, output: plain(printed[index]) }).toEqual({ text, output: plain(originals[index]) });
    }
  }, 180_000);
});

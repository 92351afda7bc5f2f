import fc from 'fast-check';
import { Evaluator, type Host } from '../../../src/nix/evaluate/evaluator.js';
import { type Part, textOf, type Value } from '../../../src/nix/evaluate/values.js';
import { nixWords } from '../syntax/cases.js';

function evaluate(text: string, files: Readonly<Record<string, string>> = {}): Value {
  const all: Record<string, string> = { 'main.nix': text, ...files };
  const host: Host = {
    readText: (file) => all[file] ?? null,
    call: (call, evaluator) => {
      const path = call.arguments[0]?.force();
      if (call.function !== 'import' || path?.type !== 'path' || path.path === null) return null;
      return evaluator.evaluateFile(path.path);
    },
  };
  return new Evaluator(host).evaluateFile('main.nix');
}

function partsOf(value: Value): readonly Part[] {
  return value.type === 'string' ? value.parts : [];
}

function doubling(first: string, operator: string): string {
  const names = Array.from({ length: 60 }, (_, index) => `a${index + 1} = a${index} ${operator} a${index};`);
  return `let a0 = ${first}; ${names.join(' ')} in a60`;
}

function chain(length: number): string {
  return `a0 = 1; ${Array.from({ length }, (_, index) => `a${index + 1} = a${index};`).join(' ')}`;
}

function forceAll(value: Value): void {
  if (value.type === 'set') for (const thunk of value.attributes.values()) thunk.force();
  if (value.type === 'list') for (const thunk of value.items) thunk.force();
}

describe('static evaluation', () => {
  it.each([
    ['rec', 'rec { version = "1.2"; rev = "v${version}"; }.rev', 'v1.2'],
    ['let', 'let version = "1.2"; in "v${version}"', 'v1.2'],
    ['nested let', 'let a = "1"; in let b = a + ".2"; in "v${b}"', 'v1.2'],
    ['inherit', 'let v = { version = "1.2"; }; inherit (v) version; in version', '1.2'],
    ['plain inherit', 'let version = "1.2"; in rec { inherit version; rev = "v${version}"; }.rev', 'v1.2'],
    ['arguments', '({ version, rev ? "v${version}" }: rev) { version = "1.2"; }', 'v1.2'],
    ['whole arguments', '({ a, ... }@args: args.b) { a = "1"; b = "2"; }', '2'],
    ['curried functions', '(a: b: "${a}-${b}") "x" "y"', 'x-y'],
    ['updates', '({ a = "1"; b = "2"; } // { b = "3"; }).b', '3'],
    ['conditions', 'if "a" == "a" && !(true -> false) then "yes" else "no"', 'yes'],
    ['tests', 'if { a = 1; } ? a && !({ a = 1; } ? b) then "yes" else "no"', 'yes'],
    ['defaults', '{ a = "1"; }.b or "none"', 'none'],
    ['attribute paths', '{ a.b = "1"; a.c = "2"; }.a.c', '2'],
    ['computed names', 'let n = "b"; in { a = "1"; b = "2"; }.${n}', '2'],
    ['with', 'with { version = "1.2"; }; version', '1.2'],
    ['bindings before with', 'let version = "1"; in with { version = "2"; }; version', '1'],
    ['legacy let', 'let { version = "1.2"; body = version; }', '1.2'],
    ['bare URLs', 'http://example.org/a', 'http://example.org/a'],
    ['indented strings', "''\n  a\n    b\n  ''${c}\n''", 'a\n  b\n${c}\n'],
    ['escapes', '"a\\"\\${b}\\n$$c"', 'a"${b}\n$$c'],
  ])('reads through %s', (_name, text, expected) => {
    expect(textOf(evaluate(text))).toBe(expected);
  });

  it('reads through another file and its arguments', () => {
    const files = { 'source.nix': '{ prefix }: rec { version = "1.2"; rev = "${prefix}${version}"; }' };
    expect(textOf(evaluate('(import ./source.nix { prefix = "v"; }).rev', files))).toBe('v1.2');
  });

  it('names the file and the very characters that each part comes from', () => {
    const text = 'let version = "1.2"; in "v${version}-${kernel.version}"';
    const parts = partsOf(evaluate(text));
    expect(parts).toMatchObject([
      { kind: 'literal', text: 'v', origin: { binding: null, exact: true } },
      { kind: 'literal', text: '1.2', origin: { binding: 'version', exact: true, file: 'main.nix' } },
      { kind: 'literal', text: '-' },
      { kind: 'opaque', name: 'kernel.version' },
    ]);
    for (const part of parts) {
      if (part.kind === 'literal') expect(text.slice(part.origin.start, part.origin.end)).toBe(part.text);
    }
  });

  it('says of an escaped literal that its offsets do not map one to one', () => {
    expect(partsOf(evaluate('"a\\"b"'))).toMatchObject([{ text: 'a"b', origin: { exact: false } }]);
  });

  it.each([
    ['lib.versions.majorMinor version', 'lib.versions.majorMinor(…)'],
    ['kernel.version', 'kernel.version'],
    ['with lib; optionalString', 'lib.optionalString'],
    ['hashes.${system}', 'hashes.${system}'],
    ['rec { a = b; b = a; }.a', 'a value that depends on itself'],
    ['let f = x: f x; in f 1', 'an expression that is too deep(…)'],
    ['{ a = 1; }.b', 'a missing attribute "b"'],
    ['({ a = "1"; } // other).a', 'other.a'],
  ])('does not guess: %s', (text, name) => {
    expect(evaluate(text)).toMatchObject({ type: 'opaque', name });
  });

  it('keeps both branches of a condition that it cannot decide', () => {
    const value = evaluate('if lib.versionAtLeast kernel.version "5.0" then "new" else "old"');
    expect(value).toMatchObject({ type: 'choice', condition: 'lib.versionAtLeast kernel.version "5.0"' });
  });

  it('hides what an unknown condition may replace, and nothing else', () => {
    const set = '{ a = "1"; b = "2"; } // (if unknown then { b = "3"; } else { })';
    expect(textOf(evaluate(`(${set}).a`))).toBe('1');
    expect(evaluate(`(${set}).b`)).toMatchObject({ type: 'choice' });
  });

  it.each([
    ['strings that double themselves', doubling('"x"', '+')],
    ['interpolations that double themselves', doubling('"x"', '}${').replaceAll(/= (a\d+ .*?);/g, '= "${$1}";')],
    ['lists that double themselves', doubling('[ 1 ]', '++')],
    ['a long attribute path', `{ ${'a.'.repeat(20_000)}a = 1; }.a`],
    ['a chain of names', `let ${chain(5_000)} in a5000`],
    ['deep parentheses', `${'('.repeat(480)}1${')'.repeat(480)}`],
    ['deep functions', `${'a: '.repeat(480)}a`],
    ['deep sets', `${'{ a = '.repeat(240)}1${'; }'.repeat(240)}`],
    ['deep strings', `${'"${'.repeat(240)}"x"${'}"'.repeat(240)}`],
    ['deep conditions', `${'if x then '.repeat(480)}1${' else 2'.repeat(480)}`],
    ['a long sum', `"a"${' + "b"'.repeat(20_000)}`],
  ])('comes to an end with %s', (_name, text) => {
    expect(evaluate(text).type).not.toBe('failure');
  });

  it('never throws, whatever the words', () => {
    const text = fc.array(fc.constantFrom(...nixWords), { maxLength: 30 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, (value) => void forceAll(evaluate(value))),
      { numRuns: 1000 },
    );
  });

  it('reports a file that is missing or broken as a failure', () => {
    expect(evaluate('import ./gone.nix')).toMatchObject({
      type: 'failure',
      message: expect.stringMatching(/^gone\.nix does not exist/),
    });
    expect(evaluate('import ./bad.nix', { 'bad.nix': '{' })).toMatchObject({ type: 'failure' });
  });
});

import fc from 'fast-check';
import { parse } from '../../../src/nix/syntax/parse.js';
import { print } from '../../../src/nix/syntax/print.js';
import { NixSyntaxError } from '../../../src/nix/syntax/syntax-error.js';
import { nixWords } from './cases.js';

const readsOrRefuses = (text: string): 'read' | 'refused' => {
  try {
    expect(print(parse(text))).toBe(text);
    return 'read';
  } catch (error) {
    if (!(error instanceof NixSyntaxError)) throw error;
    expect(error.line).toBeGreaterThan(0);
    expect(error.column).toBeGreaterThan(0);
    return 'refused';
  }
};

describe('parse', () => {
  it.each([
    '# only a comment before\n{ lib, stdenv, }: stdenv.mkDerivation rec { pname = "a"; /* b */ version = "1"; }\n',
    'args@{ kernel, ... }: let inherit (kernel) version; in "${version}-${args.x or "none"}"',
    "''\n  a\n    b ${c} ''${x} ''' ''\\n $${x}\n''",
    'let { body = 1; }',
    '{ "\\~/a$b" = 1; }',
    'a ? b.c && !d -> [ ./x/${y}.nix <nixpkgs/lib> ~/z http://example.org/a ] ++ e // f',
    '{ inherit (a) b "c"; "d e".${f} = -1.5e3; or = x.or or y or z; }',
  ])('prints back what it read: %s', (text) => {
    expect(print(parse(text))).toBe(text);
  });

  it('keeps comments with their places, once each', () => {
    const file = parse('# a\n{ /* b */ x /* c */ }: # d\n"${/* e */ x}"');
    expect(file.comments.map((comment) => comment.text)).toEqual(['# a', '/* b */', '/* c */', '# d', '/* e */']);
    for (const { start, end, text } of file.comments) expect(file.text.slice(start, end)).toBe(text);
  });

  it('says where the first misfit stands', () => {
    expect(() => parse('{\n  a = 1\n}')).toThrow(expect.objectContaining({ line: 3, column: 1 }));
    expect(() => parse('"abc')).toThrow(expect.objectContaining({ line: 1, column: 1 }));
  });

  it.each(['', '{ a = 1 }', '{ a, , }: a', './a/', 'a == b == c', 'a ++ if b then c else d', '/* a', '{ x, x }: x'])(
    'refuses %j',
    (text) => {
      expect(() => parse(text)).toThrow(NixSyntaxError);
    },
  );

  it('refuses pipe operators, as Nix does by default', () => {
    expect(() => parse('a |> b')).toThrow(/experimental/);
  });

  it('gives a tree or a syntax error for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void readsOrRefuses(text)));
  });

  it('gives a tree or a syntax error for any words of the language', () => {
    const text = fc.array(fc.constantFrom(...nixWords), { maxLength: 40 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(text, (value) => void readsOrRefuses(value)),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['parentheses', '('],
    ['lists', '['],
    ['functions', 'a: '],
    ['interpolations', '"${'],
    ['negations', '!'],
    ['minus signs', '- '],
    ['conditions', 'if a then b else '],
    ['sets', '{ a = '],
    ['defaults', 'a.b or '],
    ['attribute tests', 'a ? b ? '],
    ['pattern defaults', '{ a ? '],
  ])('refuses %s nested without end instead of exhausting the stack', (_name, opening) => {
    expect(readsOrRefuses(opening.repeat(50_000))).toBe('refused');
  });

  it.each([
    ['a selection', 'a', '.b'],
    ['a concatenation', '[]', ' ++ []'],
    ['a sum', '1', ' + 1'],
    ['an application', 'f', ' x'],
    ['an application to fractions', '1', '.1'],
    ['an update', 'a', ' // b'],
    ['an implication', 'a', ' -> b'],
    ['a string', '"a"', ' + "$$ b"'],
  ])('reads %s of fifty thousand parts', (_name, first, more) => {
    expect(readsOrRefuses(first + more.repeat(50_000))).toBe('read');
  });
});

import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { loadConfig } from '../../src/config/load.js';
import { configJsonSchema, configSchema } from '../../src/config/schema.js';

const problems = (text: string) => {
  const loaded = loadConfig(text);
  return loaded.outcome === 'invalid' ? loaded.problems : [];
};
const config = (text: string) => {
  const loaded = loadConfig(text);
  return loaded.outcome === 'loaded' ? loaded.config : loaded.problems;
};

describe('a configuration', () => {
  it('has defaults for everything, also when it is empty or only a comment', () => {
    const defaults = { kernels: ['matching', 'neighbours', 'default', 'latest'], drivers: {} };
    expect([config(''), config('# later\n'), config('{}')]).toEqual([defaults, defaults, defaults]);
  });

  it('names drivers with or without options', () => {
    const text = `# yaml-language-server: $schema=modprobot.schema.json
base: release/26.11
kernels: [all, linux_6_12, linux_7_2]
drivers:
  v4l2loopback:
  scarlett-gen2:
    asset: "snd-usb-audio-kmod-{kernel}-v{version}.tar.gz"
    ignore: ["1.2"]
    allow: ["1.*"]
    minimumReleaseAge: 0d
minimumReleaseAge: 3d
`;
    expect(config(text)).toEqual({
      base: 'release/26.11',
      minimumReleaseAge: '3d',
      kernels: ['all', 'linux_6_12', 'linux_7_2'],
      drivers: {
        v4l2loopback: {},
        'scarlett-gen2': {
          asset: 'snd-usb-audio-kmod-{kernel}-v{version}.tar.gz',
          ignore: ['1.2'],
          allow: ['1.*'],
          minimumReleaseAge: '0d',
        },
      },
    });
  });

  it.each([
    ['an unknown key', 'driver: {}', 1, 1, 'did you mean `drivers`?'],
    ['an unknown key of a driver', 'drivers:\n  a:\n    kernles: [all]', 3, 5, 'did you mean `kernels`?'],
    [
      'an unknown key that is like nothing',
      'colour: red',
      1,
      1,
      'known here: base, kernels, minimumReleaseAge, drivers',
    ],
    ['an age that is no length of time', 'minimumReleaseAge: soon', 1, 20, 'such as 12h, 3d or 2w'],
    ['an age without a unit', 'drivers: {a: {minimumReleaseAge: 3}}', 1, 34, 'such as 12h, 3d or 2w'],
    ['an empty list of allowed versions', 'drivers: {a: {allow: []}}', 1, 22, 'at least one version'],
    ['a mistyped word', 'kernels: [mathcing]', 1, 11, 'did you mean `matching`?'],
    ['a branch that YAML takes for a number', 'kernels: [all, 6.10]', 1, 16, 'put it in quotes'],
    ['a version that YAML takes for a number', 'drivers: {a: {ignore: [1.0]}}', 1, 24, 'put it in quotes'],
    ['a list where a word belongs', 'base: [master]', 1, 7, 'expected string'],
    ['a word where a list belongs', 'kernels: all', 1, 10, 'expected array'],
    ['no kernel at all', 'kernels: []', 1, 10, 'at least one kernel'],
    ['a list at the top', '- a', 1, 1, 'expected object'],
    ['a key that is there twice', 'drivers:\n  a: {}\n  a: {}', 3, 3, 'unique'],
    ['a tab', 'drivers:\n\ta: {}', 2, 1, 'Tabs'],
    ['a string without an end', 'base: "master', 1, 14, 'Missing closing'],
    ['a pattern without a version', 'drivers: {a: {pattern: "v{kernel}"}}', 1, 24, '{version} or {date}'],
    ['a pattern with an unknown part', 'drivers: {a: {pattern: "{version}{x}"}}', 1, 24, 'knows {kernel}'],
    ['a name that is no attribute', 'drivers:\n  "a; b": {}', 2, 3, 'not the name of a Nix attribute'],
    ['a base that git would read as an option', 'base: --force', 1, 7, 'not the name of a branch'],
    ['a base that climbs', 'base: a..b', 1, 7, 'not the name of a branch'],
    ['a merge key', 'x: &x {}\ndrivers: {<<: *x}', 1, 1, 'unknown key `x`'],
  ])('is answered with line and column for %s', (_title, text, line, column, words) => {
    expect(problems(text)).toContainEqual({ line, column, message: expect.stringContaining(words) });
  });

  it('lists every problem, in the order of the file', () => {
    expect(problems('base: [x]\nkernels: [nope]\ncolour: red\n').map(({ line }) => line)).toEqual([1, 2, 3]);
  });

  it('does not unfold aliases of aliases', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh']) {
      lines.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`);
    }
    expect(problems(lines.join('\n'))[0]?.message).toContain('alias');
  });

  it('refuses a file that no person wrote', () => {
    expect(problems(`# ${'x'.repeat(100_000)}`)[0]?.message).toContain('larger than');
  });

  it('changes nothing outside of itself, whatever its keys are', () => {
    loadConfig('drivers:\n  __proto__: { series: polluted }\n__proto__: { base: x }\n');
    expect(({} as { series?: string }).series).toBeUndefined();
  });

  it('never throws, and places every problem in the file', () => {
    const piece = fc.constantFrom(
      'base',
      'kernels',
      'drivers',
      'a',
      ': ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      '&x',
      '*x',
      '\t',
      '|',
      '6.10',
      '!!x ',
      '? ',
      '#',
      ',',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (source) => {
        const count = source.split('\n').length;
        for (const { line, column } of problems(source)) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(count);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the published JSON Schema', () => {
  it('is what the validation is made of (npm run generate)', async () => {
    const published = await readFile(new URL('../../schema/modprobot.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(configJsonSchema());
  });

  it('describes every key', () => {
    const schema = configJsonSchema() as { properties: Record<string, { description?: string }> };
    expect(Object.keys(schema.properties)).toEqual(Object.keys(configSchema.shape));
    expect(Object.values(schema.properties).every(({ description }) => description)).toBe(true);
  });
});

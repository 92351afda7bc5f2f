import fc from 'fast-check';
import { type Marker, opening, parseMarker, replaceOwnPart } from '../../src/publish/body/marker.js';
import { body, subject } from '../../src/publish/body.js';
import { commitMessage } from '../../src/publish/branch.js';
import type { Update, Verification } from '../../src/publish/publish.js';
import { good, regressed, unbuilt, update, verdict } from './samples.js';

const base = 'b'.repeat(40);
const repository = { owner: 'octo', name: 'nixpkgs' };
const marker: Marker = { attr: 'v4l2loopback', base: 'master', version: '0.15.4', draft: false };

const bodyOf = (published: Update, verification: Verification) =>
  body({ update: published, verification, marker, repository, taken: 0 });

describe('the text of a pull request', () => {
  it('tells a reviewer everything in one look when all is well', () => {
    expect(bodyOf(update(base), good)).toMatchSnapshot();
  });

  it('says why it is a draft when something fails that was built before', () => {
    expect(bodyOf(update(base), regressed)).toMatchSnapshot();
  });

  it('says plainly that no kernel was built', () => {
    expect(bodyOf(update(base), unbuilt)).toMatchSnapshot();
  });

  it('shows what was noticed on the way, as words and never as markup', () => {
    const noticed = { ...update(base), remarks: ['v1.0 moved; ask upstream why @somebody <b>'] };
    expect(bodyOf(noticed, good)).toMatch(
      /## What to look at\n[^#]*\n- v1\.0 moved; ask upstream why &#64;&#8203;somebody &#60;b&#62;/,
    );
  });

  it('names what else the edit changes, what that came to, and the tests that nobody ran', () => {
    const zfs = [
      { attr: 'zfs_2_4', verdicts: [verdict('linux_6_12', 'ok', 'ok')] },
      { attr: 'pkgs.zfs', verdicts: [{ ...verdict('pkgs', 'ok', 'fails'), version: '2.4.1' }] },
    ];
    const text = bodyOf(update(base), { ...good, shared: zfs, tests: ['series_2_4'] });
    expect(text).toContain('| `zfs_2_4` | `linux_6_12` | ok → ok | ✅ same |');
    expect(text).toContain('| `pkgs.zfs` | none | ok → fails | ❌ regression |');
    expect(text).toContain('The edit breaks `pkgs.zfs`, which shares its file.');
    expect(text).toContain('- Its `passthru.tests` were not run: `series_2_4`.');
  });

  it('says that a bound may be obsolete, with its expression and its place', () => {
    const expression = 'kernel.kernelAtLeast "7.0"';
    const bound = { expression, file: 'pkgs/os-specific/linux/v4l2loopback/default.nix', line: 55 };
    const verdicts = [verdict('linux_6_12', 'ok', 'ok'), verdict('linux_7_2', 'unavailable', 'unavailable')];
    const text = bodyOf(update(base), { ...good, verdicts, bound, trials: [{ set: 'linux_7_2', after: 'ok' }] });
    expect(text).toContain(
      '- The bound may be obsolete: marked as broken, it builds on `linux_7_2` all the same: `kernel.kernelAtLeast "7.0"` (`pkgs/os-specific/linux/v4l2loopback/default.nix:55`).',
    );
    const failing = [{ set: 'linux_7_2', after: 'fails' }] as const;
    expect(bodyOf(update(base), { ...good, verdicts, bound, trials: failing })).not.toContain('obsolete');
  });

  it.each([
    [['ok', 'ok', 'fails'], null, '`broken = kernel.kernelAtLeast "7.3";` in `meta`'],
    [['ok', 'fails', 'fails'], null, '`broken = kernel.kernelAtLeast "7.2";` in `meta`'],
    [['fails', 'ok', 'ok'], null, '`broken = kernel.kernelOlder "7.2";` in `meta`'],
    [
      ['ok', 'unavailable', 'fails'],
      'kernelOlder "5.4"',
      'kernelOlder "5.4" &#124;&#124; kernel.kernelAtLeast "7.3";</code> in `a.nix:3`',
    ],
    [['fails', 'ok', 'fails'], null, null],
    [['fails', 'fails', 'fails'], null, null],
    [['ok', 'ok', 'ok'], null, null],
  ] as const)('proposes the bound that fits what failed: %j', (after, expression, proposed) => {
    const sets = ['linux_6_12', 'linux_7_2', 'linux_7_3'];
    const verdicts = sets.map((set, place) => verdict(set, 'ok', after[place] ?? 'ok'));
    const bound = expression === null ? null : { expression, file: 'a.nix', line: 3 };
    const text = bodyOf(update(base), { ...good, verdicts, bound });
    if (proposed === null) expect(text).not.toContain('to be marked as broken');
    else expect(text).toContain(proposed);
  });

  it('puts the matching set first', () => {
    expect(bodyOf(update(base), good)).toMatch(/\|---\|.*\n\| \*\*`linux_6_12`\*\* \(matching\)/);
  });

  it('folds a long table', () => {
    const verdicts = Array.from({ length: 30 }, (_, index) => verdict(`linux_6_${index}`, 'ok', 'ok'));
    expect(bodyOf(update(base), { ...good, verdicts })).toContain(
      '<summary>All 30 kernel sets</summary>\n\n| Kernel set',
    );
  });

  it('leaves out the table, never half of it, when it would be too long for GitHub', () => {
    const verdicts = Array.from({ length: 2000 }, (_, index) => verdict(`linux_${index}`, 'ok', 'fails'));
    const text = bodyOf(update(base), { ...good, verdicts });
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toContain('2000 regression');
    expect(text).not.toContain('| Kernel set');
    expect(parseMarker(text)).toEqual(marker);
  });

  it('ticks only what was verified', () => {
    const ticked = (text: string) => [...text.matchAll(/^- \[x\] (\w+ \w+)/gm)].map(([, words]) => words);
    const guessed = { ...update(base), hash: { hash: 'sha256-', hashedBy: ['builtin'] } } as const;
    expect(ticked(bodyOf(guessed, unbuilt))).toEqual(['Only the']);
    expect(ticked(bodyOf(update(base), good))).toEqual(['Only the', 'Two independent', 'Built on', 'Every built']);
  });

  it('links to known forges only, and makes no backlinks there', () => {
    const published = update(base);
    const source = { ...published.plan.source, url: 'https://forge.example/umlaeute/v4l2loopback/v0.15.4.tar.gz' };
    const elsewhere = { ...published, plan: { ...published.plan, source } };
    const compare = 'https://redirect.github.com/umlaeute/v4l2loopback/compare/v0.13.2...v0.15.4';
    expect(bodyOf(published, good)).toContain(`(<${compare}>)`);
    expect(bodyOf(published, good)).not.toMatch(/<https:\/\/github\.com/);
    expect(bodyOf(elsewhere, good)).not.toMatch(/]\(/);
    expect(commitMessage(elsewhere)).toBe(`${subject(published)}\n\nUpstream revision: v0.15.4`);
  });
});

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        '@torvalds',
        '#1',
        'GH-12',
        'torvalds/linux#3',
        'deadbeef'.repeat(5),
        'https://github.com/a/b/issues/1',
        'www.example.org',
        '<!-- modprobot:begin -->',
        '<!-- modprobot:update {"attr":"x","base":"y","version":"z","draft":true} -->',
        '-->',
        '</details>',
        '<script>',
        '`',
        '``',
        '|',
        '\\',
        '\r\n',
        '\n\n# ',
        '](javascript:alert(1))',
        '![x](https://e.org/p.png)',
        '*',
        '_',
        '~~',
        '&lt;',
        '\u202e',
        '\ud800',
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
);

/** An update in which everything that comes from outside is hostile. */
const hostile = fc.record({
  tag: nasty,
  old: nasty,
  from: nasty,
  to: nasty,
  reason: nasty,
  file: nasty,
  module: nasty,
});
type Hostile = typeof hostile extends fc.Arbitrary<infer T> ? T : never;

function poisoned({ tag, old, from, to, reason, file, module }: Hostile): [Update, Verification] {
  const published = update(base);
  const plan = { ...published.plan, version: { from, to }, rev: tag };
  const failing = { ...verdict('linux_7_2', 'fails', 'fails'), error: { file, line: 1, message: reason }, reason };
  const passing = {
    ...verdict('linux_6_12', 'ok', 'ok'),
    modules: [{ name: module, vermagic: module, version: module, license: module }],
  };
  const driver = { ...published.driver, rev: old };
  return [
    { ...published, plan, driver, files: [{ path: file, before: '', after: '', diff: '' }] },
    { ...good, verdicts: [failing, passing] },
  ];
}

/** What is left for GitHub to find: the text without code, comments of the App and its own links. */
function liveText(text: string): string {
  return text
    .replace(/<code>[^<`|]*<\/code>/g, '')
    .replace(/`[^`\n]+`/g, '')
    .replace(/\]\(<https:\/\/redirect\.github\.com\/[\w.~%/-]*>\)/g, ']')
    .split('\n')
    .slice(1, -1)
    .join('\n');
}

describe('hostile text from upstream', () => {
  it('pings nobody, refers to nothing, and brings no markup', () => {
    fc.assert(
      fc.property(hostile, (poison) => {
        const live = liveText(bodyOf(...poisoned(poison)))
          .replaceAll('&#64;', '@')
          .replaceAll('&#35;', '#')
          .replaceAll('&#45;', '-')
          .replaceAll('&#58;', ':')
          .replaceAll('&#8203;', '\u200b')
          .replace(/&#\d+;/g, ' ');
        expect(live).not.toMatch(/@\w|(?<=\S)#\d|\bGH-\d|:\/\/|www\.|[<>`]|\]\(|\b[0-9a-f]{40}\b/i);
      }),
      { numRuns: 300 },
    );
  });

  it('changes neither the headings nor the rows and columns of the tables', () => {
    const shape = (text: string) =>
      text.split('\n').map((line) => (line.startsWith('#') ? line : (line.match(/\|/g)?.length ?? 0)));
    const tame = bodyOf(...poisoned({ tag: 'a', old: 'a', from: 'a', to: 'a', reason: 'a', file: 'a', module: 'a' }));
    fc.assert(
      fc.property(hostile, (poison) => {
        expect(shape(bodyOf(...poisoned(poison)))).toEqual(shape(tame));
      }),
      { numRuns: 300 },
    );
  });

  it('cannot forge or hide the marker', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.record({ attr: nasty, base: nasty, version: nasty, draft: fc.boolean() }),
        (poison, own) => {
          const [published, verification] = poisoned(poison);
          const text = body({ update: published, verification, marker: own, repository, taken: 0 });
          expect(parseMarker(text)).toEqual(own);
          expect(text.split('\n').filter((line) => line === opening)).toHaveLength(1);
          expect(replaceOwnPart(`above\n${text}\nbelow`, 'new')).toBe('above\nnew\nbelow');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('stays one line in the title and the subject', () => {
    fc.assert(
      fc.property(hostile, (poison) => {
        const [published] = poisoned(poison);
        expect(subject(published)).not.toMatch(/[\p{Cc}@#](?!\u200b)/u);
        expect(subject(published).length).toBeLessThan(1300);
      }),
    );
  });
});

describe('the marker', () => {
  it.each([
    '<!-- modprobot:update {"attr":"zfs"} -->',
    '<!-- modprobot:update {"attr":"zfs","base":"master","version":1,"draft":true} -->',
    '<!-- modprobot:update {"attr":"zfs","base":"master","version":"1","draft":true,"more":1} -->',
    '<!-- modprobot:update {not json} -->',
    '> <!-- modprobot:update {"attr":"zfs","base":"master","version":"1","draft":true} -->',
    'nothing',
  ])('is not read from %s', (text) => {
    expect(parseMarker(text)).toBeNull();
  });
});

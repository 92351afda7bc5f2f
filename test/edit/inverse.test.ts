import fc from 'fast-check';
import type { Replacement } from '../../src/edit/edit.js';
import { invertRevision, moveToCommit } from '../../src/edit/inverse.js';
import type { LiteralPart, Part } from '../../src/edit/parts.js';

const commit = '0889d3ea54655eaa88de552b334911ce7375952f';
const kernel: Part = { type: 'opaque', name: 'kernel.version' };

/** Literals of one made-up file, one behind the other; the same name is the same place. */
function literals<Name extends string>(texts: Record<Name, string>): Record<Name, LiteralPart> {
  let start = 100;
  const entries = Object.entries<string>(texts).map(([name, text]) => {
    const part: LiteralPart = { type: 'literal', text, file: 'driver.nix', start, end: start + text.length };
    start = part.end + 10;
    return [name, part];
  });
  return Object.fromEntries(entries) as Record<Name, LiteralPart>;
}

/** What the parts evaluate to after the replacements. */
function evaluated(parts: readonly Part[], replacements: readonly Replacement[]): string {
  return parts
    .map((part) => {
      if (part.type === 'opaque') return `<${part.name}>`;
      return replacements
        .filter(({ start, end }) => start >= part.start && end <= part.end)
        .reduceRight(
          (text, { start, end, text: put }) => text.slice(0, start - part.start) + put + text.slice(end - part.start),
          part.text,
        );
    })
    .join('');
}

function inverted(version: readonly LiteralPart[], revision: readonly Part[], tag: string, to: string) {
  const outcome = invertRevision({ version, revision }, tag, to);
  if ('outcome' in outcome) return outcome.code;
  return { version: evaluated(version, outcome), revision: evaluated(revision, outcome), changes: outcome.length };
}

function moved(version: readonly LiteralPart[], revision: readonly Part[], date = '2026-11-20') {
  const outcome = moveToCommit({ version, revision }, commit, date);
  if ('outcome' in outcome) return outcome.code;
  return { version: evaluated(version, outcome), revision: evaluated(revision, outcome) };
}

describe('invertRevision', () => {
  it('writes into the literal that version and revision share what the prefix leaves of the tag', () => {
    const { v, number } = literals({ v: 'v', number: '1.2.2' });
    expect(inverted([number], [v, number], 'v1.3', '1.3')).toEqual({ version: '1.3', revision: 'v1.3', changes: 1 });
  });

  it('fills a URL in which the version stands twice', () => {
    const { site, middle, end, number } = literals({
      site: 'https://a.example/',
      number: '1.2',
      middle: '/d-',
      end: '.tgz',
    });
    const url = 'https://a.example/1.10/d-1.10.tgz';
    expect(inverted([number], [site, number, middle, number, end], url, '1.10')).toMatchObject({ revision: url });
  });

  it('changes both literals where the version is written out in both', () => {
    const { number, tag } = literals({ number: '1.16.4', tag: 'v1.16.4' });
    expect(inverted([number], [tag], 'v1.17', '1.17')).toEqual({ version: '1.17', revision: 'v1.17', changes: 2 });
  });

  it.each([
    ['a tag of another prefix', 'w1.3', 'tag-other-shape'],
    ['a tag that is the prefix alone', 'v', 'tag-other-shape'],
    ['an empty tag', '', 'tag-other-shape'],
  ])('refuses %s', (_, tag, code) => {
    const { v, number } = literals({ v: 'v', number: '1.2.2' });
    expect(inverted([number], [v, number], tag, '1.3')).toBe(code);
  });

  it('refuses a revision that depends on the kernel or on a function', () => {
    const { v, number } = literals({ v: 'v', number: '1.2.2' });
    expect(inverted([number], [v, number, kernel], 'v1.3-6.12', '1.3')).toBe('revision-computed');
  });

  it('refuses a version of two literals, and one that stands in the URL a second time', () => {
    const { major, minor, site, slash } = literals({
      major: '1',
      minor: '2',
      site: 'https://a.example/1.2/',
      slash: '.',
    });
    expect(inverted([major, slash, minor], [major, slash, minor], '1.3', '1.3')).toBe('several-places');
    const { number } = literals({ number: '1.2' });
    expect(inverted([number], [site, number], 'https://a.example/1.2/1.3', '1.3')).toBe('several-places');
  });

  it('refuses to turn a pinned commit into a tag', () => {
    const { number, pin } = literals({ number: '2.3', pin: commit });
    expect(inverted([number], [pin], 'v2.4', '2.4')).toBe('pinned-to-commit');
  });

  it('refuses a version and a URL that no rule connects', () => {
    const { number, url } = literals({ number: '1.0.30-20250430', url: 'https://a.example/20250430/d-1.0.30.zip' });
    expect(inverted([number], [url], 'https://a.example/20260101/d-1.0.31.zip', '1.0.31')).toBe(
      'version-not-in-revision',
    );
  });

  it('gives exactly the tag, whatever the tag is, or refuses', () => {
    const { v, number, end } = literals({ v: 'v', number: '1.2.2', end: '-x' });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `v${text}-x`),
        ),
        (tag) => {
          const outcome = inverted([number], [v, number, end], tag, '1');
          expect(typeof outcome === 'string' || outcome.revision === tag).toBe(true);
        },
      ),
    );
  });
});

describe('moveToCommit', () => {
  it.each([
    ['unstable-2024-06-13', 'unstable-2026-11-20'],
    ['0-unstable-2024-06-13', '0-unstable-2026-11-20'],
    ['2024-06-13', '2026-11-20'],
    ['20240613', '20261120'],
    ['4.4.1.20250504', '4.4.1.20261120'],
    ['workstation-17.6.3-20250728', 'workstation-17.6.3-20261120'],
  ])('writes the date of %s in its own form, and the commit', (from, to) => {
    const { number, pin } = literals({ number: from, pin: '9'.repeat(40) });
    expect(moved([number], [pin])).toEqual({ version: to, revision: commit });
  });

  it('follows the commit into the URL that holds it', () => {
    const { head, pin, tail, day } = literals({
      head: 'https://a.example/d-',
      pin: '9'.repeat(40),
      tail: '.tar.xz',
      day: '2023-02-05',
    });
    expect(moved([day], [head, pin, tail])).toEqual({
      version: '2026-11-20',
      revision: `https://a.example/d-${commit}.tar.xz`,
    });
  });

  it.each([
    ['a version without a date', '2.3', '9'.repeat(40), 'version-without-date'],
    ['a number that is no day', '1.20241399', '9'.repeat(40), 'version-without-date'],
    ['two dates', '2024-06-13-20240613', '9'.repeat(40), 'several-places'],
    ['a version that names its commit', '2024-06-13-9999999', '9'.repeat(40), 'version-names-commit'],
    ['a tag', '2024-06-13', 'v1', 'not-pinned-to-commit'],
    ['a short commit', '2024-06-13', '9999999', 'not-pinned-to-commit'],
    ['two commits', '2024-06-13', `${'9'.repeat(40)}-${'8'.repeat(40)}`, 'several-places'],
  ])('refuses %s', (_, version, revision, code) => {
    const { number, pin } = literals({ number: version, pin: revision });
    expect(moved([number], [pin])).toBe(code);
  });
});

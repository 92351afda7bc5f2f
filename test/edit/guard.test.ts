import { finishEdit } from '../../src/edit/finish.js';
import { guardPlaces } from '../../src/edit/guard.js';
import { guardValues } from '../../src/edit/guard-values.js';
import { planEditOf } from '../../src/edit/plan.js';
import { applyReplacements } from '../../src/edit/rewrite.js';
import { type ReadText, readSubject, type Subject } from '../../src/edit/subject.js';
import { newHash, readModules } from './modules.js';

const before = '{ version = "1.0"; src = fetch { rev = "v${version}"; }; }\n';
const place = (text: string) => ({ start: before.indexOf(text), end: before.indexOf(text) + text.length });
/** What the guard says of an edit that replaces one text, and of a further change that was not planned. */
function guarded(from: string, to: string, stray = (text: string) => text) {
  const changes = [{ file: 'a.nix', ...place(from), text: to }];
  const after = stray(applyReplacements(before, changes));
  return guardPlaces({ path: 'a.nix', before, after, diff: '' }, changes)?.code ?? 'passed';
}

describe('guardPlaces', () => {
  it('passes an edit of a literal, whatever its new length', () => {
    expect(guarded('1.0', '1.0.0.1')).toBe('passed');
    expect(guarded('1.0', '2')).toBe('passed');
  });

  it('stops an edit after which the file cannot be read', () => {
    expect(guarded('1.0', '1.1"')).toBe('guard-syntax');
  });

  it('stops an edit that changes the meaning of the file', () => {
    expect(guarded('1.0', '${builtins.currentTime}')).toBe('guard-place');
    expect(guarded('1.0', '1"; evil = "2')).toBe('guard-place');
  });

  it('stops an edit that touches more than it planned', () => {
    expect(guarded('1.0', '1.1', (text) => text.replace('fetch', 'steal'))).toBe('guard-place');
    expect(guarded('1.0', '1.1', (text) => `${text}\n`)).toBe('guard-place');
  });
});

describe('guardValues', () => {
  const file = 'pkgs/os-specific/linux/rec-tag/default.nix';
  const original = readModules(file) ?? '';
  const subject = (text: string): Subject => {
    const readText: ReadText = (asked) => (asked === file ? text : readModules(asked));
    const read = readSubject(readText, 'rec-tag');
    if ('outcome' in read) throw new Error(read.reason);
    return read;
  };
  const start = original.indexOf('0.15.3');
  const replacements = [{ file, start, end: start + '0.15.3'.length, text: '0.16' }];
  const expected = { revision: 'v0.16', version: '0.16', hash: /hash = "(.*)"/.exec(original)?.[1] ?? '' };
  const verdict = (text: string) =>
    guardValues({ before: subject(original), after: subject(text), replacements, expected })?.code ?? 'passed';

  it('passes the planned version, revision and hash', () => {
    expect(verdict(original.replace('0.15.3', '0.16'))).toBe('passed');
  });

  it.each([
    ['another revision', (text: string) => text.replace('"v${version}"', '"w${version}"'), 'guard-value'],
    ['another hash', (text: string) => text.replace(/hash = "sha256-./, 'hash = "sha256-9'), 'guard-value'],
    ['another owner', (text: string) => text.replace('fixture-drivers', 'somebody-else'), 'guard-value'],
    [
      'another value of any attribute',
      (text: string) => text.replace('meta = {', 'broken = true;\n  meta = {'),
      'guard-value',
    ],
  ])('stops %s', (_, change, code) => {
    expect(verdict(change(original.replace('0.15.3', '0.16')))).toBe(code);
  });
});

describe('finishEdit', () => {
  it('writes no hash that is not SRI', () => {
    const plan = planEditOf(readModules, 'rec-tag', { tag: 'v0.16', version: '0.16' });
    if ('outcome' in plan) throw new Error(plan.reason);
    expect(finishEdit(plan, '"; evil = "', readModules)).toMatchObject({ outcome: 'refused', code: 'name-unsafe' });
    expect(finishEdit(plan, newHash, readModules)).toHaveLength(1);
  });
});

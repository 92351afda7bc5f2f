import fc from 'fast-check';
import { applyEdit, applyReplacements } from '../../src/edit/rewrite.js';

describe('applyReplacements', () => {
  it('replaces every range by offsets of the old text, in any order, and no other byte', () => {
    const changes = [
      { start: 8, end: 13, text: 'THREE!' },
      { start: 0, end: 3, text: '1' },
    ];
    expect(applyReplacements('one two three four', changes)).toBe('1 two THREE! four');
  });

  it('stops at ranges that overlap or leave the text', () => {
    const overlapping = [
      { start: 0, end: 4, text: '' },
      { start: 3, end: 5, text: '' },
    ];
    expect(() => applyReplacements('abcdef', overlapping)).toThrow('overlap');
    expect(() => applyReplacements('abcdef', [{ start: 5, end: 9, text: '' }])).toThrow('leave the file');
  });

  it('restores the bytes when the replacement is taken back', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (head, old, tail, text) => {
        const start = head.length;
        const edited = applyReplacements(head + old + tail, [{ start, end: start + old.length, text }]);
        const back = [{ start, end: start + text.length, text: old }];
        expect(applyReplacements(edited, back)).toBe(head + old + tail);
      }),
    );
  });
});

describe('applyEdit', () => {
  const before = '{\n  version = "1.0";\n  src = fetch {\n    hash = "old";\n  };\n}\n';
  const place = (text: string) => ({ start: before.indexOf(text), end: before.indexOf(text) + text.length });
  const plan = {
    attr: 'driver',
    version: { from: '1.0', to: '1.1' },
    rev: 'v1.1',
    source: { fetcher: 'fetchurl', url: 'https://example.org/', mode: 'flat', stripRoot: true, needsNix: [] },
    replacements: [{ file: 'driver.nix', ...place('1.0'), text: '1.1' }],
    hash: { file: 'driver.nix', ...place('old'), value: 'old' },
  } as const;

  it('writes version and hash and shows them as a unified diff', () => {
    const [edit] = applyEdit(plan, 'new', () => before);
    expect(edit?.after).toBe(before.replace('1.0', '1.1').replace('old', 'new'));
    expect(edit?.diff).toBe(
      [
        '--- a/driver.nix',
        '+++ b/driver.nix',
        '@@ -1,6 +1,6 @@',
        ' {',
        '-  version = "1.0";',
        '+  version = "1.1";',
        '   src = fetch {',
        '-    hash = "old";',
        '+    hash = "new";',
        '   };',
        ' }',
        '',
      ].join('\n'),
    );
  });

  it('leaves out files that stay as they are', () => {
    const same = { ...plan, replacements: [{ file: 'other.nix', start: 0, end: 1, text: 'x' }] };
    expect(applyEdit(same, 'new', (path) => (path === 'other.nix' ? 'xyz' : before)).map(({ path }) => path)).toEqual([
      'driver.nix',
    ]);
  });
});

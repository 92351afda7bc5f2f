import { Fault } from '../../src/errors.js';
import { chooseAmong } from './support.js';

function faultOf(options: Parameters<typeof chooseAmong>[1]): { code: string; message: string } {
  try {
    chooseAmong('v1.0', options);
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, message: error.message };
  }
  throw new Error('nothing was wrong');
}

describe('chooseFromText', () => {
  it('answers with the object of the contract', () => {
    expect(chooseAmong('v1.0 v1.1', { current: '1.0' })).toEqual({
      chosen: 'v1.1',
      version: '1.1',
      kernel: null,
      schemeChanged: false,
      verdicts: [
        { tag: 'v1.0', verdict: 'current', reason: 'It is what the derivation has.' },
        { tag: 'v1.1', verdict: 'chosen', reason: 'It is the newest release.' },
      ],
    });
  });

  it('reads lists with commits, dates, both or none, and any line ending', () => {
    const tagsText = `v1.1 ${'a'.repeat(40)} 2026-01-01\r\n\r\nv1.2 2026-01-02\nv1.3\t${'B'.repeat(40)}\n`;
    expect(chooseAmong('', { current: '1.0', tagsText }).verdicts.map(({ tag }) => tag)).toEqual([
      'v1.1',
      'v1.2',
      'v1.3',
    ]);
  });

  it.each([
    ['v1.0\nv1.1 yesterday', 'line 2'],
    ['v1.0 2026-02-01 more', 'line 1'],
    [`v1.0 ${'a'.repeat(40)} 2026-02-01 more`, 'more'],
    ['v1.0\nv1.0', 'twice'],
    ['v1.0 2026-13-45', '2026-13-45'],
  ])('says what is wrong with the list %p', (tagsText, part) => {
    const { code, message } = faultOf({ current: '1.0', tagsText });
    expect([code, message]).toEqual(['tag-list-invalid', expect.stringContaining(part)]);
  });

  it('wants a commit for every tag seen before', () => {
    expect(faultOf({ current: '1.0', seenText: 'v1.0' }).code).toBe('tag-list-invalid');
  });

  it.each([
    [{ series: 'two point three' }, '--series'],
    [{ kernels: '6.6,latest' }, '"latest"'],
    [{ minimumAge: 'soon' }, '--minimum-age'],
  ])('says how an option is written: %p', (options, part) => {
    const { code, message } = faultOf({ current: '1.0', ...options });
    expect([code, message]).toEqual(['option-invalid', expect.stringContaining(part)]);
  });

  it.each(['', 'v', 'v{kernel}', 'v{vers}', 'v{version', 'v}{version}', '{kernel}{version}', '{version}{date}'])(
    'refuses the pattern %p',
    (pattern) => {
      expect(faultOf({ current: '1.0', pattern }).code).toBe('pattern-invalid');
    },
  );
});

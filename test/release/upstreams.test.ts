import { chooseAmong, type Expected, readData } from './support.js';

const tags = readData<Record<string, string>>('upstream-tags.json');

function answer({ upstream, current, pattern, series }: Expected): { chosen: string | null; schemeChanged: boolean } {
  const { chosen, schemeChanged } = chooseAmong(tags[upstream] ?? '', { current, pattern, series });
  return { chosen, schemeChanged };
}

describe('choose, on the tags of real upstreams', () => {
  it.each(readData<Expected[]>('choices.json'))('$attr: $chosen, for $why', (expected) => {
    expect(answer(expected)).toEqual({ chosen: expected.chosen, schemeChanged: expected.schemeChanged ?? false });
  });

  it.each(readData<Expected[]>('upstream-answers.json'))('$attr: $chosen, for $why', (expected) => {
    expect(answer(expected)).toEqual({ chosen: expected.chosen, schemeChanged: expected.schemeChanged ?? false });
  });

  it('knows an answer for every upstream in the data', () => {
    const answered = [...readData<Expected[]>('choices.json'), ...readData<Expected[]>('upstream-answers.json')];
    const missing = Object.keys(tags).filter(
      (upstream) => !answered.some((expected) => expected.upstream === upstream),
    );
    expect(missing).toEqual([]);
  });

  it('gives a verdict and a sentence to every tag of every upstream', () => {
    for (const expected of readData<Expected[]>('upstream-answers.json')) {
      const list = tags[expected.upstream] ?? '';
      const { verdicts } = chooseAmong(list, { current: expected.current, pattern: expected.pattern });
      expect(verdicts.map(({ tag }) => tag)).toEqual(list === '' ? [] : list.split(' '));
      expect(verdicts.filter(({ reason }) => !/^[A-Z0-9].*\.$/i.test(reason))).toEqual([]);
    }
  });
});

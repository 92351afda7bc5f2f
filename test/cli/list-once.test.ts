import { listOnce } from '../../src/cli/list-once.js';

/** Upstreams that answer when the test says so. */
function upstreams() {
  const running = new Map<string, () => void>();
  const asked: string[] = [];
  let most = 0;
  return {
    asked,
    most: () => most,
    list: async (url: string) => {
      asked.push(url);
      await new Promise<void>((resolve) => {
        running.set(url, resolve);
        most = Math.max(most, running.size);
      });
      running.delete(url);
      return [{ name: url }];
    },
    async answerAll(until: () => boolean) {
      while (!until()) {
        for (const answer of [...running.values()]) answer();
        await new Promise(setImmediate);
      }
    },
  };
}

const addresses = (hosts: number, each: number) =>
  Array.from({ length: hosts * each }, (_, at) => `https://host-${at % hosts}.example.org/${at}`);

describe('listOnce', () => {
  it('asks an upstream once however many drivers share it', async () => {
    const { asked, list, answerAll } = upstreams();
    const reports: string[] = [];
    const ask = listOnce(list, (url) => reports.push(url));
    const answers = Promise.all([ask('https://a.example.org/x'), ask('https://a.example.org/x')]);
    await answerAll(() => reports.length > 0);
    expect(await answers).toEqual([[{ name: 'https://a.example.org/x' }], [{ name: 'https://a.example.org/x' }]]);
    expect({ asked, reports }).toEqual({ asked: ['https://a.example.org/x'], reports: ['https://a.example.org/x'] });
  });

  it.each([
    ['of one host, below that in all', addresses(1, 30), 11],
    ['in all', addresses(20, 2), 12],
  ])('has a bound on what runs at once %s', async (_, urls, bound) => {
    const { most, list, answerAll } = upstreams();
    let reported = 0;
    const ask = listOnce(list, () => {
      reported += 1;
    });
    const answers = Promise.all(urls.map(ask));
    await answerAll(() => reported === urls.length);
    await answers;
    expect(most()).toBeLessThanOrEqual(bound);
    expect(most()).toBeGreaterThan(1);
  });

  it('reports what failed and goes on', async () => {
    const reports: unknown[] = [];
    const list = async (url: string) => {
      if (url.endsWith('dead')) throw new Error('It is gone.');
      return [];
    };
    const ask = listOnce(list, (...report) => reports.push(report));
    const answers = await Promise.allSettled([ask('https://a.example.org/dead'), ask('https://a.example.org/alive')]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(reports).toEqual([
      ['https://a.example.org/dead', 'It is gone.'],
      ['https://a.example.org/alive', null],
    ]);
  });
});

import { limitedPerHost } from '../../src/watch/per-host.js';

/** Lists that run until they are ended. */
function lists() {
  const running = new Map<string, () => void>();
  const list = limitedPerHost((url) => new Promise<string>((resolve) => running.set(url, () => resolve(url))));
  return { running, list };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the limit per host', () => {
  it('lets the next one begin when one has ended', async () => {
    const { running, list } = lists();
    const urls = Array.from({ length: 10 }, (_, number) => `https://github.com/author/driver${number}.git`);
    const all = Promise.all(urls.map(list));
    await turn();
    expect([...running.keys()]).toEqual(urls.slice(0, 8));
    running.get(urls[1] ?? '')?.();
    await turn();
    expect([...running.keys()]).toEqual(urls.slice(0, 9));
    running.get(urls[8] ?? '')?.();
    await turn();
    for (const end of running.values()) end();
    expect(await all).toEqual(urls);
  });

  it('lets no slow host hold up another', async () => {
    const { running, list } = lists();
    const slow = Array.from({ length: 15 }, (_, number) => list(`https://gitlab.com/author/driver${number}.git`));
    const other = list('https://codeberg.org/author/driver.git');
    await turn();
    running.get('https://codeberg.org/author/driver.git')?.();
    expect(await other).toBe('https://codeberg.org/author/driver.git');
    expect(slow).toHaveLength(15);
  });

  it('goes on after one that failed', async () => {
    const list = limitedPerHost(async (url) => {
      if (url.endsWith('gone')) throw new Error('gone');
      return url;
    });
    await expect(list('https://github.com/gone')).rejects.toThrow('gone');
    expect(await list('https://github.com/here')).toBe('https://github.com/here');
  });
});

import PQueue from 'p-queue';

/** So many connections at once a forge takes from one client without a thought; GitHub hosts most of the upstreams. */
const mostPerHost = 8;

/** `list` with a bound on how much of it runs at once on one host; the rest waits its turn. */
export function limitedPerHost<Result>(list: (url: string) => Promise<Result>): (url: string) => Promise<Result> {
  const hosts = new Map<string, PQueue>();
  return async (url) => {
    // What is no address has no host, and is refused by the address policy in its turn.
    const host = URL.canParse(url) ? new URL(url).host : '';
    const turns = hosts.get(host) ?? new PQueue({ concurrency: mostPerHost });
    hosts.set(host, turns);
    try {
      return await turns.add(() => list(url));
    } finally {
      if (turns.size === 0 && turns.pending === 0) hosts.delete(host);
    }
  };
}

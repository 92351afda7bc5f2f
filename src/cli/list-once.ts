import PQueue from 'p-queue';
import { limitedPerHost } from '../watch/per-host.js';
import type { Tag } from '../watch/tag.js';

/** Processes of git at once, whatever the number of hosts. */
const mostInAll = 12;

/** The tags of an upstream. */
export type ListTags = (url: string) => Promise<readonly Tag[]>;

/**
 * Lists the tags of many upstreams, a bounded number at a time in all and of one host, each upstream once however many
 * drivers share it.
 *
 * @param report told of each upstream when it has answered, with the failure's message when it did not
 */
export function listOnce(list: ListTags, report: (url: string, failure: string | null) => void): ListTags {
  const all = new PQueue({ concurrency: mostInAll });
  const inTurn = limitedPerHost((url: string) => all.add(() => list(url)));
  const asked = new Map<string, Promise<readonly Tag[]>>();

  async function ask(url: string): Promise<readonly Tag[]> {
    try {
      const tags = await inTurn(url);
      report(url, null);
      return tags;
    } catch (error) {
      report(url, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  return (url) => {
    const answer = asked.get(url) ?? ask(url);
    asked.set(url, answer);
    return answer;
  };
}

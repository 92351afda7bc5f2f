import type { Refused } from '../outcome.js';
import { findRelease, judgeTags } from '../pipeline/find-release.js';
import { readTracked } from '../pipeline/tracked.js';
import { type ChooseAnswer, toAnswer } from '../release/command.js';
import type { Tag } from '../watch/tag.js';
import { listTags } from '../watch/tags.js';
import { describeChoice } from './describe-choice.js';
import { followedUpstream } from './followed-upstream.js';
import { knownBranches } from './known-branches.js';
import { type Answer, exitCodes, printable, progress } from './output.js';
import { openTools } from './world.js';

const nothingChosen: ChooseAnswer = { chosen: null, version: null, kernel: null, schemeChanged: false, verdicts: [] };

/** `modprobot explain`: the verdict on every tag that upstream has now, and so why a driver is not updated. */
export async function explainCommand(attr: string, flags: { readonly nixpkgs: string }): Promise<Answer> {
  const tracked = readTracked(flags.nixpkgs, attr);
  if ('outcome' in tracked) return refusal(attr, tracked);
  const { driver } = tracked;
  const question = { ...tracked, options: {}, kernels: await knownBranches(flags.nixpkgs), now: new Date() };
  const upstream = followedUpstream(question);
  if (typeof upstream !== 'string') return refusal(attr, upstream);

  progress(`listing the tags of ${upstream}`);
  const tags: readonly Tag[] = await listTags(upstream, openTools().git);
  const answer = toAnswer(judgeTags({ ...question, tags }));
  const found = findRelease({ ...question, tags });
  const why = found.outcome === 'found' ? [] : [found.reason];
  const unread = tracked.rules.unread.map((rule) => `Not honoured, because it cannot be read: ${rule}`);
  const text = [...[...why, ...unread].map(printable), describeChoice(answer, driver.rev ?? driver.version ?? attr)];
  return { json: answer, text: text.join('\n'), exitCode: exitCodes.done };
}

function refusal(attr: string, { code, reason }: Refused): Answer {
  return {
    json: { ...nothingChosen, code, reason },
    text: printable(`${attr}: refused. ${reason} [${code}]`),
    exitCode: exitCodes.refused,
  };
}

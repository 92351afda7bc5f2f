import { Script } from 'node:vm';
import { shown } from '../edit/names.js';
import type { UpdateRules } from '../nixpkgs/update-rules.js';
import { type Refused, refused } from '../outcome.js';
import type { Tag } from '../watch/tag.js';

/** Longer names are never a release; an expression from a file is not run on them. */
const longestName = 200;

/** Nothing ends the preparation of an expression, which takes seconds for a megabyte. */
const longestExpression = 500;

/** Milliseconds for all tags together; a thousand names take an honest expression less than one. */
const longestRun = 500;

/** Names of the tags that the derivation's own `updateScript` would not take, or refused when that cannot be told in time. */
export function ignoredByRules(rules: UpdateRules, tags: readonly Tag[]): readonly string[] | Refused {
  const { prefix = '', allow = '', ignore } = rules;
  const names = tags.map(({ name }) => name).filter((name) => name.length <= longestName && name.startsWith(prefix));
  const versions = names.map((name) => name.slice(prefix.length));
  const allowed = matching(allow, versions);
  const left = ignore === undefined ? [] : matching(ignore, versions);
  if (allowed === null || left === null) {
    const expression = shown((allowed === null ? allow : ignore) ?? '');
    const reason = `${expression} did not answer within ${longestRun} ms, or has over ${longestExpression} characters.`;
    return refused('update-rule-too-slow', reason);
  }
  const wanted = new Set(allowed);
  for (const version of left) wanted.delete(version);
  const isTaken = (version: string) => wanted.has(version) && isStable(version, rules);
  const taken = new Set(names.filter((name) => isTaken(name.slice(prefix.length))));
  return tags.map(({ name }) => name).filter((name) => !taken.has(name));
}

function isStable(version: string, { oddUnstable, patchlevelUnstable }: UpdateRules): boolean {
  const [, minor = 0, patch = 0] = (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
  return !(oddUnstable && minor % 2 === 1) && !(patchlevelUnstable && patch >= 90);
}

/** Text goes in and text comes out, so that nothing of this process is within the other context's reach. */
const match = new Script(
  'const { expression, texts } = JSON.parse(question);' +
    'const pattern = new RegExp(expression);' +
    'JSON.stringify(texts.filter((text) => pattern.test(text)));',
);

/**
 * The texts that an expression from a file matches; null when it gives no answer. It can be written so that one short
 * text takes it for ever: a script of its own is the only thing in a thread that can be given a time, which ends a running
 * expression too.
 */
function matching(expression: string, texts: readonly string[]): readonly string[] | null {
  if (expression === '') return texts;
  if (expression.length > longestExpression) return null;
  try {
    const question = JSON.stringify({ expression, texts });
    return JSON.parse(match.runInNewContext({ question }, { timeout: longestRun })) as string[];
  } catch (error) {
    // What the other context throws, such as of an expression that is too large, is an error of its own kind, not of ours.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' || !(error instanceof Error)) return null;
    throw error;
  }
}

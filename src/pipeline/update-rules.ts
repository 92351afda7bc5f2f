import type { UpdateRules } from '../nixpkgs/update-rules.js';
import type { Tag } from '../watch/tag.js';

/** Longer names are never a release; an expression from a file is not run on them. */
const longestName = 200;

/** Names of the tags that the derivation's own `updateScript` would not take. */
export function ignoredByRules(rules: UpdateRules, tags: readonly Tag[]): string[] {
  return tags.map(({ name }) => name).filter((name) => name.length > longestName || !isTaken(name, rules));
}

function isTaken(name: string, rules: UpdateRules): boolean {
  const prefix = rules.prefix ?? '';
  if (!name.startsWith(prefix)) return false;
  const version = name.slice(prefix.length);
  if (rules.allow !== undefined && !new RegExp(rules.allow).test(version)) return false;
  if (rules.ignore !== undefined && new RegExp(rules.ignore).test(version)) return false;
  const [, minor = 0, patch = 0] = (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
  if (rules.oddUnstable && minor % 2 === 1) return false;
  return !(rules.patchlevelUnstable && patch >= 90);
}

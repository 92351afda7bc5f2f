import { Fault } from '../errors.js';
import type { Tag } from '../watch/tag.js';

/**
 * Reads a list of tags: one per line, optionally followed by its commit and its ISO 8601 date (either may be left out).
 * Throws the fault `tag-list-invalid` with the number of the line; `source` names the list in it.
 */
export function parseTagList(text: string, source: string): Tag[] {
  const tags = new Map<string, Tag>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const fields = line.trim().split(/[ \t]+/);
    if (line.trim() === '') continue;
    const tag = parseLine(fields, (why) => invalid(source, at + 1, why));
    if (tags.has(tag.name)) throw invalid(source, at + 1, `the tag ${JSON.stringify(tag.name)} stands there twice`);
    tags.set(tag.name, tag);
  }
  return [...tags.values()];
}

/** The commits of a list that was seen before; every line needs one. */
export function parseSeenList(text: string, source: string): Map<string, string> {
  const seen = new Map<string, string>();
  for (const tag of parseTagList(text, source)) {
    if (tag.commit === undefined) {
      throw new Fault(
        'tag-list-invalid',
        `${source}: the tag ${JSON.stringify(tag.name)} has no commit to compare with.`,
      );
    }
    seen.set(tag.name, tag.commit);
  }
  return seen;
}

function parseLine([name = '', ...rest]: readonly string[], fail: (why: string) => Fault): Tag {
  const commit = rest[0] !== undefined && isCommit(rest[0]) ? rest[0].toLowerCase() : undefined;
  const date = rest[commit === undefined ? 0 : 1];
  if (date !== undefined && !isDate(date)) {
    throw fail(`${JSON.stringify(date)} is neither a commit in hexadecimal nor an ISO date such as 2026-03-05`);
  }
  const extra = rest[(commit === undefined ? 0 : 1) + 1];
  if (extra !== undefined) throw fail(`${JSON.stringify(extra)} is more than a tag, its commit and its date`);
  return { name, ...(commit === undefined ? {} : { commit }), ...(date === undefined ? {} : { date }) };
}

const isCommit = (text: string): boolean => /^[0-9a-f]{4,64}$/i.test(text);

function isDate(text: string): boolean {
  return (
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}

function invalid(source: string, line: number, why: string): Fault {
  return new Fault('tag-list-invalid', `${source}, line ${line}: ${why}.`, { source, line });
}

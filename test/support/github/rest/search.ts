import { includes } from '../http/access.js';
import type { Call } from '../http/call.js';
import { countedList } from '../http/pages.js';
import { invalid, type Reply } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import type { Issue } from '../model/issues.js';
import { issueView } from '../views/issue.js';
import { fullName, type Repository } from '../world.js';

export const search: Routes = {
  'GET /search/issues': { needs: 'anyone', handle: searchIssues },
};

type Test = (issue: Issue) => boolean;

/** The qualifiers that are understood; any other is refused, so that no search means less than it says. */
const qualifiers: Record<string, (value: string) => Test | undefined> = {
  repo: (value) => (issue) => fullName(issue.repository).toLowerCase() === value.toLowerCase(),
  user: (value) => (issue) => issue.repository.owner.login.toLowerCase() === value.toLowerCase(),
  org: (value) => (issue) => issue.repository.owner.login.toLowerCase() === value.toLowerCase(),
  author: (value) => (issue) =>
    issue.user.login === value || issue.user.login === `${value.replace(/^app\//, '')}[bot]`,
  label: (value) => (issue) => issue.labels.some(({ name }) => name.toLowerCase() === value.toLowerCase()),
  head: (value) => (issue) => issue.pull?.headRef.startsWith(value) ?? false,
  base: (value) => (issue) => issue.pull?.baseRef === value,
  draft: (value) => (issue) => String(issue.pull?.draft ?? false) === value,
  state: (value) => (issue) => issue.state === value,
  type: kind,
  is: kind,
};

function kind(value: string): Test | undefined {
  const kinds: Record<string, Test> = {
    open: ({ state }) => state === 'open',
    closed: ({ state }) => state === 'closed',
    pr: ({ pull }) => pull !== undefined,
    'pull-request': ({ pull }) => pull !== undefined,
    issue: ({ pull }) => pull === undefined,
    merged: ({ pull }) => Boolean(pull?.mergedAt),
    unmerged: ({ pull }) => pull !== undefined && !pull.mergedAt,
    draft: ({ pull }) => pull?.draft === true,
  };
  return kinds[value];
}

function searchIssues(call: Call): Promise<Reply> {
  const tests: Test[] = [];
  const words: string[] = [];
  let places = ['title', 'body', 'comments'];
  for (const [, negated, key, quoted, plain] of (call.query.q ?? '').matchAll(
    /(-?)(?:([a-z-]+):)?(?:"([^"]*)"|(\S+))/g,
  )) {
    const value = quoted ?? plain ?? '';
    if (key === undefined) words.push(value);
    else if (key === 'in') places = value.split(',');
    else tests.push(testFor(key, value, negated === '-'));
  }
  const text = (issue: Issue) =>
    [
      places.includes('title') ? issue.title : '',
      places.includes('body') ? (issue.body ?? '') : '',
      ...(places.includes('comments') ? issue.comments.map(({ body }) => body) : []),
    ]
      .join('\n')
      .toLowerCase();
  const found = call.world.repositories
    .filter((repository) => readable(call, repository))
    .flatMap((repository) => [...repository.issues.values()])
    .filter((issue) => issue.pull || issue.repository.hasIssues)
    .filter((issue) => tests.every((test) => test(issue)))
    .filter((issue) => words.every((word) => text(issue).includes(word.toLowerCase())))
    .reverse();
  const view = (issue: Issue) => ({ ...issueView(call.world, issue), score: 1 });
  return countedList(call, found.slice(0, 1000), 'items', view, { incomplete_results: false, search_type: 'lexical' });
}

function testFor(key: string, value: string, negated: boolean): Test {
  const test = qualifiers[key]?.(value);
  if (!test)
    throw invalid({
      resource: 'Search',
      field: 'q',
      code: 'invalid',
      message: `The qualifier ${key}:${value} is not known to the stand-in`,
    });
  return negated ? (issue) => !test(issue) : test;
}

function readable(call: Call, repository: Repository): boolean {
  if (!repository.private) return true;
  return call.caller.kind === 'installation' && includes(call.caller.token, repository);
}

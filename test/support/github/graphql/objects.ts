import { listRefs, mergeBase } from '../git.js';
import { isPull, type PullIssue } from '../model/issues.js';
import { issuePage } from '../views/issue.js';
import { mergedTree } from '../views/pull.js';
import { repositoryPage } from '../views/repository.js';
import { fullName, type Repository } from '../world.js';

/** A pull request as GraphQL sees it; what is not here and asked for fails loudly. */
export function pullObject(issue: PullIssue) {
  const { pull } = issue;
  return {
    __typename: 'PullRequest',
    id: issue.nodeId,
    databaseId: pull.id,
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    url: issuePage(issue),
    state: pull.mergedAt ? 'MERGED' : issue.state.toUpperCase(),
    isDraft: pull.draft,
    merged: pull.mergedAt !== null,
    closed: issue.state === 'closed',
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseSha,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    repository: () => repositoryObject(issue.repository),
    async mergeable() {
      if (pull.mergeability === 'unknown') {
        pull.mergeability = 'asked';
        return 'UNKNOWN';
      }
      const { directory } = issue.repository;
      const base = await mergeBase(directory, `refs/heads/${pull.baseRef}`, pull.headSha);
      const tree = base && (await mergedTree(directory, `refs/heads/${pull.baseRef}`, pull.headSha));
      return tree ? 'MERGEABLE' : 'CONFLICTING';
    },
  };
}

export function repositoryObject(repository: Repository): object {
  return {
    __typename: 'Repository',
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    url: repositoryPage(repository),
    isPrivate: repository.private,
    isArchived: repository.archived,
    isFork: repository.parent !== undefined,
    hasIssuesEnabled: repository.hasIssues,
    pullRequest({ number }: { number: number }) {
      const issue = repository.issues.get(number);
      return issue && isPull(issue) ? pullObject(issue) : null;
    },
    ref: ({ qualifiedName }: { qualifiedName: string }) => refObject(repository, qualifiedName),
    defaultBranchRef: () => refObject(repository, `refs/heads/${repository.defaultBranch}`),
  };
}

async function refObject(repository: Repository, name: string) {
  const full = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  const refs = await listRefs(repository.directory, 'refs/');
  const found = full.map((one) => refs.find((ref) => ref.name === one)).find((ref) => ref !== undefined);
  if (!found) return null;
  return {
    __typename: 'Ref',
    id: `REF_${Buffer.from(found.name).toString('base64url')}`,
    name: found.name.split('/').slice(2).join('/'),
    prefix: `${found.name.split('/').slice(0, 2).join('/')}/`,
    target: { __typename: found.type === 'tag' ? 'Tag' : 'Commit', oid: found.sha },
  };
}

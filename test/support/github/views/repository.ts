import { granted } from '../http/access.js';
import type { Caller } from '../http/call.js';
import { fullName, mayWrite, type Repository, roleOf } from '../world.js';
import { accountView, api, web } from './account.js';

/** Addresses that are the name of the thing and GitHub's placeholder for what is looked up in it. */
const addresses = {
  archive: '/{archive_format}{/ref}',
  assignees: '/assignees{/user}',
  blobs: '/git/blobs{/sha}',
  branches: '/branches{/branch}',
  collaborators: '/collaborators{/collaborator}',
  comments: '/comments{/number}',
  commits: '/commits{/sha}',
  compare: '/compare/{base}...{head}',
  contents: '/contents/{+path}',
  contributors: '/contributors',
  deployments: '/deployments',
  downloads: '/downloads',
  events: '/events',
  forks: '/forks',
  git_commits: '/git/commits{/sha}',
  git_refs: '/git/refs{/sha}',
  git_tags: '/git/tags{/sha}',
  hooks: '/hooks',
  issue_comment: '/issues/comments{/number}',
  issue_events: '/issues/events{/number}',
  issues: '/issues{/number}',
  keys: '/keys{/key_id}',
  labels: '/labels{/name}',
  languages: '/languages',
  merges: '/merges',
  milestones: '/milestones{/number}',
  notifications: '/notifications{?since,all,participating}',
  pulls: '/pulls{/number}',
  releases: '/releases{/id}',
  stargazers: '/stargazers',
  statuses: '/statuses/{sha}',
  subscribers: '/subscribers',
  subscription: '/subscription',
  tags: '/tags',
  teams: '/teams',
  trees: '/git/trees{/sha}',
};

export const repositoryUrl = (repository: Repository) => `${api}/repos/${fullName(repository)}`;
export const repositoryPage = (repository: Repository) => `${web}/${fullName(repository)}`;

/** A repository as lists and webhooks hold it. */
export function repositoryView(repository: Repository, caller?: Caller) {
  const url = repositoryUrl(repository);
  const page = repositoryPage(repository);
  const open = [...repository.issues.values()].filter((issue) => issue.state === 'open').length;
  const links = Object.entries(addresses).map(([name, path]) => [`${name}_url`, `${url}${path}`] as const);
  return {
    ...(Object.fromEntries(links) as Record<`${keyof typeof addresses}_url`, string>),
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    owner: accountView(repository.owner),
    html_url: page,
    description: null,
    fork: repository.parent !== undefined,
    url,
    git_url: `git://github.com/${fullName(repository)}.git`,
    ssh_url: `git@github.com:${fullName(repository)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: repository.defaultBranch,
    has_issues: repository.hasIssues,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    is_template: false,
    allow_forking: true,
    web_commit_signoff_required: false,
    archived: repository.archived,
    disabled: false,
    topics: [],
    size: 0,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: open,
    open_issues_count: open,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    ...(caller && caller.kind !== 'anonymous' ? { permissions: permissionsOf(repository, caller) } : {}),
  };
}

/** A repository as asked for by its name. */
export function fullRepositoryView(repository: Repository, caller: Caller) {
  const { parent } = repository;
  let source = parent;
  while (source?.parent) source = source.parent;
  return {
    ...repositoryView(repository, caller),
    network_count: 0,
    subscribers_count: 0,
    ...(parent && source ? { parent: repositoryView(parent), source: repositoryView(source) } : {}),
  };
}

function permissionsOf(repository: Repository, caller: Caller) {
  if (caller.kind === 'user') {
    const admin = roleOf(repository, caller.account) === 'admin';
    const push = mayWrite(repository, caller.account);
    return { admin, maintain: admin, push, triage: push, pull: true };
  }
  const push = caller.kind === 'installation' && granted(caller.token, repository, 'contents:write');
  return { admin: false, maintain: false, push, triage: push, pull: true };
}

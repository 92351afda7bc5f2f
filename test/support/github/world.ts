import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import type { CheckRun, CheckSuite } from './model/checks.js';
import type { Issue, Label } from './model/issues.js';
import type { Release } from './model/releases.js';
import type { Hooks } from './webhooks.js';

export type Level = 'read' | 'write';
export type Permission =
  | 'actions'
  | 'administration'
  | 'checks'
  | 'contents'
  | 'issues'
  | 'members'
  | 'metadata'
  | 'pull_requests'
  | 'statuses'
  | 'workflows';
export type Permissions = Partial<Record<Permission, Level>>;
export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read';

export interface Account {
  readonly id: number;
  readonly nodeId: string;
  login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly email: string;
}

export interface Repository {
  readonly id: number;
  readonly nodeId: string;
  owner: Account;
  name: string;
  /** The bare git repository: what REST, git and archives say is read from here. */
  readonly directory: string;
  readonly parent: Repository | undefined;
  defaultBranch: string;
  private: boolean;
  hasIssues: boolean;
  archived: boolean;
  readonly createdAt: string;
  pushedAt: string;
  readonly collaborators: Map<Account, Role>;
  readonly labels: Label[];
  /** Issues and pull requests share one row of numbers. */
  readonly issues: Map<number, Issue>;
  readonly checkSuites: CheckSuite[];
  readonly checkRuns: CheckRun[];
  readonly releases: Release[];
}

export interface App {
  readonly id: number;
  readonly nodeId: string;
  readonly clientId: string;
  readonly slug: string;
  readonly name: string;
  readonly owner: Account;
  /** The account in whose name an installation acts: `<slug>[bot]`. */
  readonly bot: Account;
  readonly privateKey: string;
  readonly publicKey: KeyObject;
  readonly webhookSecret: string;
  permissions: Permissions;
  events: readonly string[];
  readonly createdAt: string;
}

export interface Installation {
  readonly id: number;
  readonly account: Account;
  permissions: Permissions;
  selection: 'all' | 'selected';
  readonly selected: Set<Repository>;
  suspendedAt: string | null;
  readonly createdAt: string;
  updatedAt: string;
}

export interface InstallationToken {
  readonly installation: Installation;
  readonly permissions: Permissions;
  /** Undefined: everything that the installation reaches. */
  readonly repositories: ReadonlySet<Repository> | undefined;
  readonly expiresAt: number;
}

const noReply = 'users.noreply.github.com';

/** Everything that the stand-in knows beside what is in git. */
export class World {
  readonly directory: string;
  readonly accounts = new Map<string, Account>();
  readonly repositories: Repository[] = [];
  /** `owner/name` in lower case of renamed and transferred repositories. */
  readonly moved = new Map<string, Repository>();
  readonly installations = new Map<number, Installation>();
  readonly installationTokens = new Map<string, InstallationToken>();
  readonly userTokens = new Map<string, Account>();
  /** Codes of App manifests that were posted and not yet turned into an App. */
  readonly manifestCodes = new Set<string>();
  readonly nodes = new Map<string, Repository | Issue>();
  /** What did not fit GitHub's description: empty at the end of a good test. */
  readonly violations: string[] = [];
  app!: App;
  hooks!: Hooks;
  #lastId = 1000;

  constructor(directory: string) {
    this.directory = directory;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  now(): string {
    return isoSeconds(Date.now());
  }

  secret(prefix: string): string {
    return `${prefix}_${randomBytes(20).toString('hex')}`;
  }

  /** The account of that login; a user is made if there is none. */
  account(login: string, type: Account['type'] = 'User'): Account {
    const known = this.accounts.get(login.toLowerCase());
    if (known) return known;
    const id = this.nextId();
    const prefix = { User: 'U', Organization: 'O', Bot: 'BOT' }[type];
    const account = { id, nodeId: nodeId(prefix, id), login, type, email: `${id}+${login}@${noReply}` };
    this.accounts.set(login.toLowerCase(), account);
    return account;
  }

  accountByEmail(email: string): Account | undefined {
    return [...this.accounts.values()].find(
      (account) => account.email === email || email === `${account.login}@${noReply}`,
    );
  }

  repository(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase();
    return this.repositories.find((repository) => fullName(repository).toLowerCase() === wanted);
  }

  /** The installation through which the App reaches a repository, suspended or not. */
  installationOf(repository: Repository): Installation | undefined {
    return [...this.installations.values()].find((installation) => reaches(installation, repository));
  }

  repositoriesOf(installation: Installation): Repository[] {
    return this.repositories.filter((repository) => reaches(installation, repository));
  }
}

export function reaches(installation: Installation, repository: Repository): boolean {
  if (installation.account !== repository.owner) return false;
  return installation.selection === 'all' || installation.selected.has(repository);
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

export function nodeId(prefix: string, id: number): string {
  return `${prefix}_${Buffer.from(`${prefix}:${id}`).toString('base64url')}`;
}

/** GitHub's times have no fractions of a second. */
export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** What a person may do in a repository; undefined for strangers to a private one. */
export function roleOf(repository: Repository, account: Account): Role | undefined {
  if (repository.owner === account) return 'admin';
  return repository.collaborators.get(account) ?? (repository.private ? undefined : 'read');
}

export function mayWrite(repository: Repository, account: Account): boolean {
  const role = roleOf(repository, account);
  return role === 'admin' || role === 'maintain' || role === 'write';
}

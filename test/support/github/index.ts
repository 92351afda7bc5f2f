import { createPublicKey, generateKeyPair } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startHttpsServer } from '../git-server.js';
import {
  acceptPermissions,
  addInstallation,
  changeSelection,
  removeInstallation,
  setSuspended,
} from './actions/installations.js';
import { renameRepository, transferRepository } from './actions/names.js';
import { addAsset, publishRelease, type ReleaseOptions } from './actions/releases.js';
import {
  type CommitOptions,
  commitFiles,
  createRepository,
  named,
  pushTag,
  pushTags,
  type RepositoryOptions,
  type TagOptions,
} from './actions/repositories.js';
import { type Failure, Failures, type Matcher } from './http/failures.js';
import { Limits } from './http/limits.js';
import { People } from './people.js';
import { hostNames, type SeenRequest, Server } from './server.js';
import { type Delivery, Hooks } from './webhooks.js';
import { type App, nodeId, type Permissions, World } from './world.js';

export type { Failure, Matcher } from './http/failures.js';
export { badDays } from './http/failures.js';

export interface GitHubOptions {
  /** Where the bare repositories are kept; by default a temporary directory that `close` removes. */
  readonly dataDir?: string;
  readonly app?: {
    readonly slug?: string;
    readonly permissions?: Permissions;
    /** What the App is subscribed to; installation events always come. */
    readonly events?: readonly string[];
    readonly webhookSecret?: string;
  };
}

export type GitHub = Awaited<ReturnType<typeof startGitHub>>;

/**
 * Starts a GitHub of one's own on a free local port: REST, GraphQL, git over https, archives, releases and webhooks,
 * with real git repositories behind them. It is reached under GitHub's real addresses through the operator's host map.
 */
export async function startGitHub(options: GitHubOptions = {}) {
  const scratch = await mkdtemp(path.join(options.dataDir ?? tmpdir(), 'github-'));
  const world = new World(scratch);
  world.app = await makeApp(world, options.app ?? {});
  world.hooks = new Hooks(world);
  const failures = new Failures();
  const limits = new Limits(world);
  const people = new People(world);
  const server = new Server(world, failures, limits);
  const listener = await startHttpsServer(hostNames, server.handle);

  return {
    /** `https://127.0.0.1:<port>` */
    origin: listener.url,
    caFile: listener.caFile,
    /** For `MODPROBOT_HOSTS`, as JSON. */
    hosts: listener.hosts,
    app: world.app,
    people,
    requests: server.requests as readonly SeenRequest[],
    /** What did not fit GitHub's description of its API: of requests, answers and webhooks. Empty when all is well. */
    violations: world.violations,
    deliveries: world.hooks.deliveries as readonly Delivery[],

    createRepository: (what: RepositoryOptions) => createRepository(world, what),
    repository: (name: string) => named(world, name),
    commit: (repository: string, what: CommitOptions) => commitFiles(world, named(world, repository), what),
    tag: (repository: string, what: TagOptions) => pushTag(world, named(world, repository), what),
    /** Pushes several tags at once: of more than three GitHub tells nobody. */
    tags: (repository: string, what: readonly TagOptions[]) => pushTags(world, named(world, repository), what),
    release: (repository: string, what: ReleaseOptions) => publishRelease(world, named(world, repository), what),
    /** Uploads an asset to the release of a tag. */
    addAsset(repository: string, tag: string, name: string, content: string | Buffer) {
      const release = named(world, repository).releases.find((one) => one.tag === tag);
      if (!release) throw new Error(`${repository} has no release ${tag}`);
      return addAsset(world, release, name, content);
    },
    rename: (repository: string, name: string) => renameRepository(world, named(world, repository), name),
    transfer: (repository: string, owner: string) =>
      transferRepository(world, named(world, repository), world.account(owner)),

    ...installing(world),

    setWebhookUrl(url: string | undefined) {
      world.hooks.url = url;
    },
    redeliver: (id: number) => world.hooks.redeliver(id),
    /** Resolves when no webhook is on its way any more. */
    settled: () => world.hooks.settled(),

    failNext: (matcher: Matcher, failure: Failure) => failures.plan(matcher, failure),
    /** Leaves every installation with so many requests until its hour is over. */
    leaveRequests: (remaining: number) => limits.leave(remaining),
    /** Ends all installation tokens, as an hour would. */
    expireTokens: () => world.installationTokens.clear(),
    /** A personal access token of a user. */
    personalToken(login: string) {
      const token = world.secret('ghp');
      world.userTokens.set(token, world.account(login));
      return token;
    },
    /** What GitHub sends back to set-up after it has posted its manifest. */
    manifestCode() {
      const code = world.secret('code');
      world.manifestCodes.add(code);
      return code;
    },

    async close() {
      await world.hooks.close();
      await listener.close();
      await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function installing(world: World) {
  const installation = (id: number) => {
    const found = world.installations.get(id);
    if (!found) throw new Error(`there is no installation ${id}`);
    return found;
  };
  return {
    /** Installs the App on an account: on some repositories (`owner/name`) or on all. Returns the installation's id. */
    install(account: string, repositories: readonly string[] | 'all', permissions = world.app.permissions): number {
      const selected = repositories === 'all' ? repositories : repositories.map((name) => named(world, name));
      return addInstallation(world, world.account(account), selected, permissions).id;
    },
    uninstall(id: number): void {
      const leaving = installation(id);
      removeInstallation(world, leaving, leaving.account);
    },
    suspend: (id: number) => setSuspended(world, installation(id), installation(id).account, world.now()),
    unsuspend: (id: number) => setSuspended(world, installation(id), installation(id).account, null),
    changePermissions: (id: number, permissions: Permissions) =>
      acceptPermissions(world, installation(id), permissions),
    addToInstallation: (id: number, ...repositories: string[]) =>
      changeSelection(world, installation(id), { added: repositories.map((name) => named(world, name)) }),
    removeFromInstallation: (id: number, ...repositories: string[]) =>
      changeSelection(world, installation(id), { removed: repositories.map((name) => named(world, name)) }),
  };
}

/** The smallest permissions that the App asks for, and what it listens to. */
const usual = {
  permissions: { contents: 'write', pull_requests: 'write', checks: 'write', issues: 'write', metadata: 'read' },
  events: [
    'push',
    'create',
    'delete',
    'release',
    'repository',
    'pull_request',
    'pull_request_review',
    'issues',
    'issue_comment',
    'check_run',
    'check_suite',
  ],
} as const;

async function makeApp(world: World, options: NonNullable<GitHubOptions['app']>): Promise<App> {
  const { slug = 'modprobot', permissions = usual.permissions, events = usual.events } = options;
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const id = world.nextId();
  return {
    ...{ id, nodeId: nodeId('A', id), clientId: `Iv23li${id}`, slug, name: slug, permissions, events },
    ...{ owner: world.account('modprobot-operator'), bot: world.account(`${slug}[bot]`, 'Bot') },
    ...{ privateKey, publicKey: createPublicKey(privateKey), createdAt: world.now() },
    webhookSecret: options.webhookSecret ?? world.secret('hook'),
  };
}

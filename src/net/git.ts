import { execa } from 'execa';
import { Fault } from '../errors.js';
import type { Fetch } from './http.js';
import type { AddressPolicy, Route } from './policy.js';

interface GitLimits {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

interface GitOptions extends GitLimits {
  readonly directory?: string;
  /** An index file of its own, where jobs work on one repository at once. */
  readonly index?: string;
  readonly signal?: AbortSignal;
}

interface RemoteOptions extends GitOptions {
  /** An installation's token; sent to this upstream's host alone. */
  readonly token?: string;
}

/** git, run with argument arrays, no configuration of the machine, no prompts and no transport but https. */
export interface Git {
  /** A command that talks to no server. Returns what it printed. Throws `git-missing`, `git-failed`, `git-timeout`, `git-output-too-large`. */
  local(args: readonly string[], options: GitOptions): Promise<string>;
  /**
   * A command that talks to the repository at `address`: `args` gets the address to pass on. Redirects (a renamed repository)
   * are followed one by one through the address policy. Throws as `local`, and `address-refused`, `host-unresolved`.
   */
  remote(address: string, args: (address: string) => readonly string[], options: RemoteOptions): Promise<string>;
}

const maxRedirects = 3;

export function createGit(policy: AddressPolicy, fetch: Fetch): Git {
  async function remote(
    address: string,
    args: (address: string) => readonly string[],
    options: RemoteOptions,
    redirects = 0,
  ): Promise<string> {
    const route = await policy.route(address);
    const url = policy.check(address);
    try {
      return await run(args(url.href), remoteSettings(url, route, options.token), options);
    } catch (error) {
      if (!isRedirect(error) || redirects >= maxRedirects) throw error;
      const moved = await movedTo(fetch, url);
      if (moved === null) throw error;
      // A token is for the host that it was given for.
      const { token, ...rest } = options;
      const keepsToken = token !== undefined && new URL(moved).host === url.host;
      return remote(moved, args, keepsToken ? options : rest, redirects + 1);
    }
  }
  return {
    local: (args, options) => run(args, [], options),
    remote: (address, args, options) => remote(address, args, options),
  };
}

type Setting = readonly [key: string, value: string];

/**
 * Leads git to the route's addresses under the real host's name. curl compares names with ports, so a mapped host gets its
 * port by `insteadOf`; `http.curloptResolve` (git ≥ 2.37) pins the addresses that were checked.
 */
function remoteSettings(url: URL, route: Route, token: string | undefined): Setting[] {
  const origin = `https://${route.host}${route.port === 443 ? '' : `:${route.port}`}/`;
  const settings: Setting[] = [
    ['http.followRedirects', 'false'],
    ['http.curloptResolve', `${route.host}:${route.port}:${route.addresses.map(bracketed).join(',')}`],
  ];
  if (`${url.origin}/` !== origin) settings.push([`url.${origin}.insteadOf`, `${url.origin}/`]);
  if (route.authority !== null) settings.push(['http.sslCAInfo', route.authority.file]);
  if (token !== undefined) {
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    settings.push([`http.${origin}.extraHeader`, `Authorization: Basic ${basic}`]);
  }
  return settings;
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

async function run(args: readonly string[], settings: readonly Setting[], options: GitOptions): Promise<string> {
  options.signal?.throwIfAborted();
  const subprocess = execa('git', args, {
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
    env: {
      ...environment([...baseSettings, ...settings]),
      ...(options.index === undefined ? {} : { GIT_INDEX_FILE: options.index }),
    },
    extendEnv: false,
    stdin: 'ignore',
    maxBuffer: options.maxOutputBytes,
    stripFinalNewline: false,
    reject: false,
    // A group of its own: git's helpers hold the connection and outlive a git that is killed alone.
    detached: true,
  });
  const stop = { timedOut: false };
  const kill = () => killGroup(subprocess.pid);
  const timer = setTimeout(() => {
    stop.timedOut = true;
    kill();
  }, options.timeoutMs);
  options.signal?.addEventListener('abort', kill);
  try {
    const result = await subprocess;
    if (!result.failed) return result.stdout;
    kill();
    options.signal?.throwIfAborted();
    throw explain(args, { ...result, ...stop });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', kill);
  }
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // All of them have ended already.
  }
}

const baseSettings: readonly Setting[] = [
  ['credential.helper', ''],
  ['core.hooksPath', '/dev/null'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // A git that outlives this process still ends when nothing moves.
  ['http.lowSpeedLimit', '100'],
  ['http.lowSpeedTime', '120'],
];

function environment(settings: readonly Setting[]): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: 'https',
    GIT_CONFIG_COUNT: String(settings.length),
  };
  settings.forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return environment;
}

interface Failure {
  readonly code?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly stderr: string;
}

function explain(args: readonly string[], failure: Failure): Fault {
  const command = args.find((argument) => !argument.startsWith('-')) ?? '';
  const data = { command, exitCode: failure.exitCode ?? null, stderr: failure.stderr.slice(0, 2000) };
  if (failure.code === 'ENOENT') return new Fault('git-missing', 'The program git is not there. Install it.', data);
  if (failure.timedOut) return new Fault('git-timeout', `git ${command} took longer than its limit.`, data);
  if (failure.isMaxBuffer) {
    return new Fault('git-output-too-large', `git ${command} printed more than its limit.`, data);
  }
  return new Fault('git-failed', `git ${command} failed: ${failure.stderr.trim().slice(0, 500)}`, data);
}

function isRedirect(error: unknown): boolean {
  return (
    error instanceof Fault && error.code === 'git-failed' && /returned error: 30[1278]/.test(String(error.data.stderr))
  );
}

/** Where the server says that a repository is now, or null when it does not say it in git's terms. */
async function movedTo(fetch: Fetch, url: URL): Promise<string | null> {
  const suffix = '/info/refs?service=git-upload-pack';
  const asked = url.href.replace(/\/$/, '') + suffix;
  const response = await fetch(asked, { redirect: 'manual', headers: { 'user-agent': 'git/modprobot' } });
  const location = response.headers.get('location');
  await response.arrayBuffer();
  if (location === null || !URL.canParse(location, asked)) return null;
  const target = new URL(location, asked).href;
  return target.endsWith(suffix) ? target.slice(0, -suffix.length) : null;
}

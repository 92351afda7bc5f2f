import { readSettings, readToolSettings, type Settings, type ToolSettings } from '../config/settings.js';
import { createGit, type Git } from '../net/git.js';
import { createFetch, type Fetch } from '../net/http.js';
import { createAddressPolicy } from '../net/policy.js';
import { interruption } from './interrupt.js';

/** The way out, made once from the operator's settings. */
export interface World<Known extends ToolSettings = ToolSettings> {
  readonly settings: Known;
  readonly fetch: Fetch;
  readonly git: Git;
}

/** The world of the server, which stops in its own way. Throws `setting-invalid`. */
export function openWorld(environment: NodeJS.ProcessEnv = process.env): World<Settings> {
  return withWayOut(readSettings(environment));
}

/** The world of a command by hand: Ctrl-C breaks off whatever is on its way. */
export interface Tools extends World {
  readonly signal: AbortSignal;
}

/** @throws Fault `setting-invalid` */
export function openTools(environment: NodeJS.ProcessEnv = process.env): Tools {
  const signal = interruption();
  return { ...stoppable(withWayOut(readToolSettings(environment)), signal), signal };
}

/** The same world, in which every download and every git ends when `signal` is aborted. */
export function stoppable<Known extends ToolSettings>(world: World<Known>, signal: AbortSignal): World<Known> {
  const { settings, fetch, git } = world;
  const either = (other: AbortSignal | null | undefined) => (other ? AbortSignal.any([other, signal]) : signal);
  return {
    settings,
    fetch: (url, init) => fetch(url, { ...init, signal: either(init?.signal as AbortSignal | null | undefined) }),
    git: {
      local: (args, options) => git.local(args, { ...options, signal: either(options.signal) }),
      remote: (address, args, options) => git.remote(address, args, { ...options, signal: either(options.signal) }),
    },
  };
}

function withWayOut<Known extends ToolSettings>(settings: Known): World<Known> {
  const policy = createAddressPolicy({ hosts: settings.hosts, allowedHosts: settings.allowedHosts });
  const fetch = createFetch(policy);
  return { settings, fetch, git: createGit(policy, fetch) };
}

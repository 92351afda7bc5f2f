import { hostname } from 'node:os';
import { z } from 'zod';
import { Fault } from '../../errors.js';
import { type HostMap, parseHostMap } from '../../net/hosts.js';

/** How Nix is run; the operator's settings, read once from the environment. */
export interface EngineSettings {
  readonly engine: 'auto' | 'container' | 'local' | 'none';
  readonly container: ContainerSettings;
  /** Lines for Nix itself (`substituters`, `trusted-public-keys`, `builders`, …), in the form of nix.conf. */
  readonly nixConfig: string;
  /** The operator's host map; the fetchers inside reach the mapped hosts where it leads. */
  readonly hosts: HostMap;
}

export interface ContainerSettings {
  /** `auto` takes podman, else docker. */
  readonly program: string;
  /** OCI runtime, `runc`; null takes the program's own. */
  readonly runtime: string | null;
  readonly image: string;
  /** As podman and docker write it: `4g`. */
  readonly memory: string;
  readonly processes: number;
  /** Size of the memory-backed disk on which a build works: `4g`. What is on it counts as memory too. */
  readonly buildDisk: string;
  /** Name of the volume at /nix that lasts from run to run; each image gets one of its own. */
  readonly volume: string;
  /** What /nix may hold before it is cleared of what nobody uses: `60g`. */
  readonly storeLimit: string;
  /** `nofile=4096:4096`, … */
  readonly ulimits: readonly string[];
  /** Containers that carry this name belong to this installation, and only those are ever cleared away. */
  readonly instance: string;
}

const size = z.string().regex(/^[1-9][0-9]*[kmg]$/, 'must be a size such as 4g');
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/:@-]*$/, 'must not begin with a dash or hold blanks');
const ulimit = z.string().regex(/^[a-z]+=[0-9]+(:[0-9]+)?$/, 'must be such as nofile=4096:4096');

const variables = z.object({
  MODPROBOT_ENGINE: z.enum(['auto', 'container', 'local', 'none']).default('auto'),
  MODPROBOT_CONTAINER_PROGRAM: z
    .string()
    .regex(/^(\/|[A-Za-z0-9])[^\s]*$/, 'must be a program')
    .default('auto'),
  MODPROBOT_CONTAINER_RUNTIME: word.optional(),
  MODPROBOT_NIX_IMAGE: word.default('docker.io/nixos/nix:2.31.2'),
  MODPROBOT_CONTAINER_MEMORY: size.default('8g'),
  MODPROBOT_CONTAINER_PROCESSES: z.coerce.number().int().min(64).default(2048),
  MODPROBOT_BUILD_DISK: size.default('4g'),
  MODPROBOT_NIX_VOLUME: word.default('modprobot-nix'),
  MODPROBOT_NIX_STORE_LIMIT: size.default('60g'),
  MODPROBOT_CONTAINER_ULIMITS: z
    .string()
    .default('nofile=4096:4096,nproc=4096:4096')
    .transform((text) => text.split(',').filter((item) => item !== ''))
    .pipe(z.array(ulimit)),
  MODPROBOT_INSTANCE: word.default(hostname().replaceAll(/[^A-Za-z0-9._-]/g, '-') || 'modprobot'),
  MODPROBOT_NIX_CONFIG: z.string().default(''),
});

/** Reads the engine's settings from the environment; an empty variable counts as not set. Throws `setting-invalid`. */
export function readEngineSettings(environment: Readonly<Record<string, string | undefined>>): EngineSettings {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  const parsed = variables.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    throw new Fault('setting-invalid', `The Nix engine's settings: ${z.prettifyError(parsed.error)}`);
  }
  const set = parsed.data;
  return {
    engine: set.MODPROBOT_ENGINE,
    container: {
      program: set.MODPROBOT_CONTAINER_PROGRAM,
      runtime: set.MODPROBOT_CONTAINER_RUNTIME ?? null,
      image: set.MODPROBOT_NIX_IMAGE,
      memory: set.MODPROBOT_CONTAINER_MEMORY,
      processes: set.MODPROBOT_CONTAINER_PROCESSES,
      buildDisk: set.MODPROBOT_BUILD_DISK,
      volume: set.MODPROBOT_NIX_VOLUME,
      storeLimit: set.MODPROBOT_NIX_STORE_LIMIT,
      ulimits: set.MODPROBOT_CONTAINER_ULIMITS,
      instance: set.MODPROBOT_INSTANCE,
    },
    nixConfig: set.MODPROBOT_NIX_CONFIG,
    hosts: parseHostMap(environment.MODPROBOT_HOSTS),
  };
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '../errors.js';
import { type HostMap, parseAllowedHosts, parseHostMap } from '../net/hosts.js';
import { type EngineSettings, readEngineSettings } from '../nix/engine/settings.js';
import { type AppCredentials, readSavedCredentials } from './credentials.js';

/** The operator's settings, read once, from environment variables. docs/settings.md is held against `settingNames` by a test. */
export interface Settings {
  /** Who the App is, or null: then the server offers to register one. */
  readonly app: AppCredentials | null;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Address under which GitHub reaches the server, without a slash at the end; null: the address that a request names. */
  readonly baseUrl: string | null;
  readonly databaseUrl: string | null;
  /** Absolute. */
  readonly dataDirectory: string;
  /** How often everything is compared with what is known. */
  readonly pollMinutes: number;
  readonly logLevel: string;
  readonly engine: EngineSettings;
  /** Whether what is not in the binary cache may be built, kernels included. */
  readonly buildDependencies: 'never' | 'allowed';
  readonly hosts: HostMap;
  readonly allowedHosts: readonly string[];
}

/** What a command needs that neither serves GitHub nor keeps anything. */
export type ToolSettings = Pick<Settings, 'engine' | 'buildDependencies' | 'hosts' | 'allowedHosts'>;

type Environment = Readonly<Record<string, string | undefined>>;

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://modprobot.example.org' })
  .transform((text) => text.replace(/\/+$/, ''));

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://');

/** Cron knows what divides an hour, or a day in whole hours. */
const pollMinutes = z.coerce
  .number()
  .int()
  .min(1)
  .max(1440)
  .refine((minutes) => 60 % minutes === 0 || (minutes % 60 === 0 && 1440 % minutes === 0), {
    error: 'must divide an hour (1, 5, 10, 15, 30) or be whole hours that divide a day (60, 120, 360, 720, 1440)',
  });

const variables = z.object({
  NODE_ENV: z.string().default('development'),
  APP_ID: z.coerce.number({ error: 'must be the number of the GitHub App' }).int().positive().optional(),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: z.string().optional(),
  HOST: z.string().default('localhost'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  BASE_URL: baseUrl.optional(),
  DATABASE_URL: databaseUrl.optional(),
  MODPROBOT_DATA: z.string().default('data'),
  MODPROBOT_POLL_MINUTES: pollMinutes.default(15),
  MODPROBOT_BUILD_DEPENDENCIES: z.enum(['never', 'allowed']).default('never'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

type Variables = z.output<typeof variables>;

/** Names of the variables that are read here; those of the engine and of the network are read in their rooms. */
export const settingNames = Object.keys(variables.shape);

/**
 * Reads the settings. An empty variable counts as not set.
 *
 * @throws Fault `setting-invalid` that names every wrong variable and what it wants
 */
export function readSettings(environment: Environment): Settings {
  const set = parse(variables, environment);
  const dataDirectory = resolve(set.MODPROBOT_DATA);
  return {
    app: readApp(set, dataDirectory),
    host: set.HOST,
    port: set.PORT,
    baseUrl: set.BASE_URL ?? null,
    databaseUrl: set.DATABASE_URL ?? null,
    dataDirectory,
    pollMinutes: set.MODPROBOT_POLL_MINUTES,
    logLevel: set.LOG_LEVEL,
    ...readToolSettings(environment),
  };
}

/** Reads what a command by hand needs: it must work where no App is registered. Throws `setting-invalid`. */
export function readToolSettings(environment: Environment): ToolSettings {
  const set = parse(variables.pick({ MODPROBOT_BUILD_DEPENDENCIES: true }), environment);
  return {
    engine: readEngineSettings(environment),
    buildDependencies: set.MODPROBOT_BUILD_DEPENDENCIES,
    hosts: parseHostMap(environment.MODPROBOT_HOSTS),
    allowedHosts: parseAllowedHosts(environment.MODPROBOT_ALLOWED_HOSTS),
  };
}

function parse<Shape extends z.ZodType>(shape: Shape, environment: Environment): z.output<Shape> {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  const parsed = shape.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  throw new Fault('setting-invalid', `The settings are wrong:\n${z.prettifyError(parsed.error)}`);
}

/** From the environment, else from what the set-up page saved; in production there is no set-up page. */
function readApp(set: Variables, dataDirectory: string): AppCredentials | null {
  const names = ['APP_ID', 'PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET'] as const;
  if (names.some((name) => set[name] !== undefined)) return fromEnvironment(set);
  const saved = readSavedCredentials(dataDirectory);
  if (saved !== null || set.NODE_ENV !== 'production') return saved;
  throw new Fault(
    'setting-invalid',
    'APP_ID, PRIVATE_KEY (or PRIVATE_KEY_PATH) and WEBHOOK_SECRET are not set. ' +
      'Register the App first: start once without NODE_ENV=production and open /probot.',
  );
}

function fromEnvironment(set: Variables): AppCredentials {
  if (set.APP_ID === undefined) throw missing('APP_ID', "the number on the GitHub App's settings page");
  return { appId: set.APP_ID, privateKey: privateKeyOf(set), webhookSecret: webhookSecretOf(set) };
}

function privateKeyOf(set: Variables): string {
  if (set.PRIVATE_KEY !== undefined) return pem(set.PRIVATE_KEY, 'PRIVATE_KEY');
  if (set.PRIVATE_KEY_PATH === undefined) throw missing('PRIVATE_KEY or PRIVATE_KEY_PATH', "the App's private key");
  try {
    return pem(readFileSync(set.PRIVATE_KEY_PATH, 'utf8'), 'PRIVATE_KEY_PATH');
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const path = set.PRIVATE_KEY_PATH;
    throw new Fault('setting-invalid', `PRIVATE_KEY_PATH: the file ${path} cannot be read.`, { path }, cause);
  }
}

/** One line with `\n` for its line ends, or Base64 of the whole, are how a key comes through an env file. */
function pem(text: string, name: string): string {
  const lines = text.replaceAll('\\n', '\n').replace(/^"|"$/g, '').trim();
  const key = lines.startsWith('-----BEGIN ') ? lines : Buffer.from(lines, 'base64').toString('utf8').trim();
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----\n[\s\S]+-----END [A-Z ]*PRIVATE KEY-----$/.test(key)) return `${key}\n`;
  throw new Fault(
    'setting-invalid',
    `${name} does not hold a private key in PEM form. Download one from the App's page.`,
  );
}

/** Probot signs with `development` when nothing is set: everybody knows that one. */
function webhookSecretOf(set: Variables): string {
  const advice = 'a long random text, the same as on the page of the GitHub App (openssl rand -hex 32)';
  if (set.WEBHOOK_SECRET === undefined) throw missing('WEBHOOK_SECRET', advice);
  if (set.WEBHOOK_SECRET !== 'development') return set.WEBHOOK_SECRET;
  throw new Fault('setting-invalid', `WEBHOOK_SECRET is \`development\`, which anybody can guess. Set ${advice}.`);
}

function missing(name: string, what: string): Fault {
  return new Fault('setting-invalid', `${name} is not set. Set it to ${what}.`, { name });
}

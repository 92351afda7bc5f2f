import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { GitHub } from '../../support/github/index.js';
import { until } from './until.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A line of the App's log, as pino writes it. */
interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly attr?: string;
  readonly fork?: string;
  readonly outcome?: string;
  readonly url?: string;
  readonly err?: { readonly code?: string; readonly message: string };
}

/** The real App in a process of its own, as an operator starts it. */
export interface AppProcess {
  /** `http://127.0.0.1:34567` */
  readonly url: string;
  /** All that it logged so far. */
  readonly log: readonly LogLine[];
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | undefined>;
  /** SIGKILL, as the kernel or a power cut would. */
  kill(): Promise<void>;
}

export interface AppOptions {
  readonly github: GitHub;
  /** Its data folder; the store in it outlives the process. */
  readonly data: string;
  /** Settings of the operator beyond those that lead it to the stand-in. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts `modprobot serve`, waits until it listens, and has GitHub's hooks delivered there. */
export async function startApp({ github, data, environment }: AppOptions): Promise<AppProcess> {
  const log: LogLine[] = [];
  const child = execa(process.execPath, ['--import', 'tsx', join(root, 'src/cli.ts'), 'serve'], {
    cwd: root,
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR },
      ...{ HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', MODPROBOT_DATA: data },
      ...{ MODPROBOT_HOSTS: JSON.stringify(github.hosts) },
      ...{ APP_ID: String(github.app.id), PRIVATE_KEY: github.app.privateKey },
      ...{ WEBHOOK_SECRET: github.app.webhookSecret, ...environment },
    },
    extendEnv: false,
    reject: false,
    buffer: { stdout: false },
    forceKillAfterDelay: false,
  });
  createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line) as LogLine));
  let ended = false;
  const exit = child.finally(() => {
    ended = true;
  });
  const url = await until('the App to listen', async () => {
    if (ended) throw new Error(`the App ended: ${(await exit).stderr}\n${log.map(({ msg }) => msg).join('\n')}`);
    return log.find(({ msg }) => msg === 'the server listens')?.url;
  });
  github.setWebhookUrl(`${url}/api/github/webhooks`);
  return {
    url,
    log,
    async stop() {
      child.kill('SIGTERM');
      return (await exit).exitCode;
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** A folder for the App's data, which the caller removes. */
export async function dataFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'modprobot-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { makeCertificate } from './certificate.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** An https server on a free local port that answers for any of the names in its certificate. */
export interface HttpsServer {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  /** Absolute path of the PEM file of the authority that signed its certificate. */
  readonly caFile: string;
  /** The operator's host map (`MODPROBOT_HOSTS`) that leads the names here, as an object. */
  readonly hosts: Record<string, { url: string; ca: string }>;
  close(): Promise<void>;
}

/** Starts an https server whose certificate names `hosts`. */
export async function startHttpsServer(hosts: readonly string[], handler: Handler): Promise<HttpsServer> {
  const { ca, cert, key } = await makeCertificate(hosts);
  const directory = await mkdtemp(path.join(tmpdir(), 'modprobot-https-'));
  const caFile = path.join(directory, 'ca.pem');
  await writeFile(caFile, ca);
  const server = createServer({ cert, key }, (request, response) => {
    Promise.resolve(handler(request, response)).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    caFile,
    hosts: Object.fromEntries(hosts.map((host) => [host, { url, ca: caFile }])),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Answers git's smart HTTP protocol (fetching only) for the bare repository `repository`, whatever its path on the server.
 * Returns false and answers nothing when the request is not one of git's: `…/info/refs?service=git-upload-pack` or
 * `…/git-upload-pack`.
 */
export async function serveGit(
  repository: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'https://host');
  const advertises = url.pathname.endsWith('/info/refs') && url.searchParams.get('service') === 'git-upload-pack';
  const answers = url.pathname.endsWith('/git-upload-pack') && request.method === 'POST';
  if (!advertises && !answers) return false;

  const kind = advertises ? 'advertisement' : 'result';
  response.writeHead(200, {
    'content-type': `application/x-git-upload-pack-${kind}`,
    'cache-control': 'no-cache',
  });
  const protocol = request.headers['git-protocol'];
  const version2 = typeof protocol === 'string' && protocol.includes('version=2');
  if (advertises && !version2) response.write('001e# service=git-upload-pack\n0000');
  const git = spawn(
    'git',
    [
      ...['-c', 'safe.directory=*', '-c', 'uploadpack.allowAnySHA1InWant=true', '-c', 'uploadpack.allowFilter=true'],
      ...['upload-pack', '--stateless-rpc', ...(advertises ? ['--advertise-refs'] : []), '--', repository],
    ],
    {
      env: { PATH: process.env.PATH, GIT_PROTOCOL: version2 ? 'version=2' : '' },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  // git closes its input as soon as it has read what it needs: that is no error.
  pipeline(body, git.stdin).catch(() => {});
  await pipeline(git.stdout, response);
  return true;
}

/** Runs git for a test's own set-up, with a fixed author, clock and no configuration of the machine. Returns its output. */
export async function git(directory: string, ...args: string[]): Promise<string> {
  const child = spawn('git', args, {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Upstream Author',
      GIT_AUTHOR_EMAIL: 'author@example.org',
      GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
      GIT_COMMITTER_NAME: 'Upstream Author',
      GIT_COMMITTER_EMAIL: 'author@example.org',
      GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${Buffer.concat(complaints).toString()}`);
  return Buffer.concat(output).toString().trim();
}

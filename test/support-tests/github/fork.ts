import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Probot, ProbotOctokit } from 'probot';
import { type GitHub, type GitHubOptions, startGitHub } from '../../support/github/index.js';
import { netTo } from '../../support/net.js';
import { quiet } from '../../support/quiet.js';

export const owner = 'octo';
const repo = 'nixpkgs';
export const fork = `${owner}/${repo}`;
/** The path of every operation on the fork. */
export const here = { owner, repo };

/** A stand-in with one repository, on which the App is installed, and an Octokit for everybody. */
export async function startFork(options: GitHubOptions = {}) {
  const github = await startGitHub(options);
  await github.createRepository({
    ...{ owner, name: repo, defaultBranch: 'master' },
    files: { 'README.md': 'hello\n', 'pkgs/driver/default.nix': 'version = "1.0";\n' },
  });
  const installation = github.install(owner, [fork]);
  return { github, installation, ...(await octokitsFor(github, installation)) };
}

async function octokitsFor(github: GitHub, installationId: number) {
  const { fetch, git } = netTo(github);
  const plain = { throttle: { enabled: false }, retry: { enabled: false }, log: quiet, request: { fetch } };
  const { id, privateKey, webhookSecret } = github.app;
  const Octokit = ProbotOctokit.defaults((options: object) => ({ ...options, ...plain })) as typeof ProbotOctokit;
  const probot = new Probot({ appId: id, privateKey, secret: webhookSecret, Octokit, request: { fetch }, log: quiet });
  return {
    fetch,
    git,
    anonymous: new ProbotOctokit(plain),
    app: await probot.auth(),
    bot: await probot.auth(installationId),
    withToken: (token: string) => new ProbotOctokit({ ...plain, auth: { token } }),
  };
}

/** The answer of a request that GitHub refuses, whichever way it does. */
export async function refusalOf(work: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await work;
  } catch (error) {
    return error as { status: number; message: string };
  }
  throw new Error('it was not refused');
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Listens for webhooks and answers each with `status`. */
export async function startReceiver(github: GitHub, status = 202) {
  const received: Received[] = [];
  const answer = { status };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answer.status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  github.setWebhookUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const names = () =>
    received.map(({ headers, body }) => {
      const { action } = JSON.parse(body) as { action?: string };
      return [headers['x-github-event'], action].filter((part) => part !== undefined).join('.');
    });
  return { received, answer, names, close: () => void server.close() };
}

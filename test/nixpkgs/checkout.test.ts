import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openCheckouts } from '../../src/nixpkgs/checkout.js';
import { git, type HttpsServer, serveGit, startHttpsServer } from '../support/git-server.js';
import { netTo } from '../support/net.js';

const address = 'https://github.com/owner/nixpkgs';
const token = 'ghs_secret';
let directory: string;
let server: HttpsServer;
let first: string;
let second: string;
let fetches = 0;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'modprobot-checkout-'));
  const fork = path.join(directory, 'fork');
  await git(directory, 'init', '-q', '-b', 'main', 'fork');
  await mkdir(path.join(fork, 'pkgs'));
  await writeFile(path.join(fork, 'pkgs/default.nix'), '1\n');
  await writeFile(path.join(fork, 'run'), '#!\n', { mode: 0o755 });
  await symlink('pkgs', path.join(fork, 'link'));
  await git(fork, 'add', '.');
  await git(fork, 'commit', '-q', '-m', 'First');
  first = await git(fork, 'rev-parse', 'HEAD');
  await writeFile(path.join(fork, 'pkgs/default.nix'), '2\n');
  await git(fork, 'commit', '-q', '-a', '-m', 'Second');
  second = await git(fork, 'rev-parse', 'HEAD');

  const wanted = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  server = await startHttpsServer(['github.com', 'codeberg.org'], async (request, response) => {
    if (request.url?.startsWith('/private/') && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (request.method === 'POST') fetches += 1;
    if (!(await serveGit(path.join(fork, '.git'), request, response))) response.writeHead(404).end();
  });
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const open = (name: string) => openCheckouts(path.join(directory, name), netTo(server).git);

describe('a checkout of a fork', () => {
  it('has the files of the commit, with exec bits and links, and no history', async () => {
    const checkout = await open('plain').checkOut({ address, commit: first });
    await expect(readdir(checkout.directory)).resolves.toEqual(['link', 'pkgs', 'run']);
    await expect(readFile(path.join(checkout.directory, 'pkgs/default.nix'), 'utf8')).resolves.toBe('1\n');
    await expect(readlink(path.join(checkout.directory, 'link'))).resolves.toBe('pkgs');
    expect((await stat(path.join(checkout.directory, 'run'))).mode & 0o100).toBe(0o100);
    await checkout.dispose();
    await expect(stat(checkout.directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is safe for jobs that want the same and other commits at once', async () => {
    const checkouts = open('busy');
    const commits = [first, second, first, second];
    const all = await Promise.all(commits.map((commit) => checkouts.checkOut({ address, commit })));
    const texts = await Promise.all(all.map((one) => readFile(path.join(one.directory, 'pkgs/default.nix'), 'utf8')));
    expect(texts).toEqual(['1\n', '2\n', '1\n', '2\n']);
    await Promise.all(all.map((one) => one.dispose()));
  });

  it('is fetched once', async () => {
    await open('once').fetch({ address, commit: first });
    fetches = 0;
    await open('once').fetch({ address, commit: first });
    expect(fetches).toBe(0);
  });

  it('removes what a killed process left behind days ago', async () => {
    const leftover = path.join(directory, 'leftovers', 'tree-old');
    await mkdir(path.join(leftover, 'pkgs'), { recursive: true });
    await utimes(leftover, 0, 0);
    const checkout = await open('leftovers').checkOut({ address, commit: first });
    await expect(stat(leftover)).rejects.toMatchObject({ code: 'ENOENT' });
    await checkout.dispose();
  });

  it('keeps the newest commits alone once too many have gathered', async () => {
    await open('many').fetch({ address, commit: second });
    const repository = path.join(directory, 'many', 'nixpkgs.git');
    for (let place = 0; place < 40; place++) {
      await git(repository, 'update-ref', `refs/modprobot/${String(place).padStart(40, '0')}`, second);
    }
    const checkout = await open('many').checkOut({ address, commit: first });
    await expect(readFile(path.join(checkout.directory, 'pkgs/default.nix'), 'utf8')).resolves.toBe('1\n');
    await checkout.dispose();
    const kept = (await git(repository, 'for-each-ref', '--format=%(refname)', 'refs/modprobot/')).split('\n');
    expect(kept).toHaveLength(17);
  });

  it('of a private fork needs its token', async () => {
    const fork = { address: 'https://github.com/private/nixpkgs', commit: first };
    await expect(open('private').fetch(fork)).rejects.toMatchObject({ code: 'fork-unreachable' });
    await expect(open('private').fetch({ ...fork, token })).resolves.toBeUndefined();
  });

  it('says clearly when the commit is not there', async () => {
    const fork = { address, commit: 'a'.repeat(40) };
    await expect(open('missing').fetch(fork)).rejects.toMatchObject({ code: 'fork-unreachable' });
  });

  it('never takes anything but a commit id', async () => {
    const fork = { address, commit: '--upload-pack=id' };
    await expect(open('option').fetch(fork)).rejects.toMatchObject({ code: 'bug' });
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { saveCredentials } from '../../src/config/credentials.js';
import { readSettings, settingNames } from '../../src/config/settings.js';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const app = { APP_ID: '7', PRIVATE_KEY: pem, WEBHOOK_SECRET: 'long and random' };
const credentials = { appId: 7, privateKey: pem, webhookSecret: 'long and random' };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'modprobot-settings-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the settings', () => {
  it('need nothing to try the App: then it offers to register one', () => {
    expect(readSettings({ MODPROBOT_DATA: directory })).toMatchObject({
      app: null,
      host: 'localhost',
      port: 3000,
      baseUrl: null,
      databaseUrl: null,
      dataDirectory: directory,
      pollMinutes: 15,
      buildDependencies: 'never',
    });
  });

  it('take an empty variable as not set', () => {
    expect(readSettings({ ...app, PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3000, databaseUrl: null });
  });

  it.each([
    ['as it is', pem],
    ['on one line', pem.replaceAll('\n', '\\n')],
    ['in quotes', `"${pem.replaceAll('\n', '\\n')}"`],
    ['in Base64', Buffer.from(pem).toString('base64')],
  ])('read the private key %s', (_title, key) => {
    expect(readSettings({ ...app, PRIVATE_KEY: key }).app).toEqual(credentials);
  });

  it('read the private key from a file', () => {
    const path = join(directory, 'key.pem');
    writeFileSync(path, pem);
    const { PRIVATE_KEY: _key, ...rest } = app;
    expect(readSettings({ ...rest, PRIVATE_KEY_PATH: path }).app).toEqual(credentials);
  });

  it("read what the set-up page saved, for this user's eyes alone", () => {
    const data = join(directory, 'saved');
    saveCredentials(data, credentials);
    expect(readSettings({ MODPROBOT_DATA: data }).app).toEqual(credentials);
    expect(statSync(join(data, 'app.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(data)).toEqual(['app.json']);
  });

  it.each([
    ["Probot's default secret", { ...app, WEBHOOK_SECRET: 'development' }, 'openssl rand'],
    ['no secret', { ...app, WEBHOOK_SECRET: '' }, 'WEBHOOK_SECRET is not set'],
    ['no App id', { ...app, APP_ID: '' }, 'APP_ID is not set'],
    ['an App id that is none', { ...app, APP_ID: 'mine' }, 'the number of the GitHub App'],
    ['no key', { ...app, PRIVATE_KEY: '' }, 'PRIVATE_KEY or PRIVATE_KEY_PATH is not set'],
    ['a key that is none', { ...app, PRIVATE_KEY: 'secret' }, 'PEM'],
    ['a key file that is not there', { ...app, PRIVATE_KEY: '', PRIVATE_KEY_PATH: '/nowhere' }, 'cannot be read'],
    ['no App in production', { NODE_ENV: 'production' }, 'Register the App first'],
    ['a port that is none', { ...app, PORT: '99999' }, 'PORT'],
    ['an address without a scheme', { ...app, BASE_URL: 'modprobot.example.org' }, 'BASE_URL'],
    ['another database', { ...app, DATABASE_URL: 'mysql://x' }, 'postgres://'],
    ['an interval that no clock knows', { ...app, MODPROBOT_POLL_MINUTES: '7' }, 'divide an hour'],
    ['an engine that is unknown', { ...app, MODPROBOT_ENGINE: 'vm' }, 'MODPROBOT_ENGINE'],
  ])('refuse %s, with advice', (_title, environment, words) => {
    const read = () => readSettings({ MODPROBOT_DATA: directory, ...environment });
    expect(read).toThrow(expect.objectContaining({ code: 'setting-invalid', message: expect.stringContaining(words) }));
  });

  it('never show a secret in what they refuse', () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0`;
    const read = () => readSettings({ ...app, PRIVATE_KEY: key, PORT: 'x' });
    expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('c2VjcmV0') }));
  });

  it('are documented, every one', () => {
    const text = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
    const documented = new Set([...text.matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1]));
    const read = new Set([...settingNames, ...namesInSource(resolve('src'))]);
    expect([...documented].sort()).toEqual([...read].sort());
  });
});

/** Every `MODPROBOT_*` that the sources speak of. */
function namesInSource(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').match(/\bMODPROBOT_[A-Z_]+\b/g) ?? []);
}

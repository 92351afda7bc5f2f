import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chooseCommand } from '../../src/cli/choose.js';
import { hashCommand } from '../../src/cli/hash.js';
import { kernelsCommand } from '../../src/cli/kernels.js';
import { printable, table } from '../../src/cli/output.js';
import { createProgram } from '../../src/cli/program.js';
import { namedBy } from '../../src/cli/update-flags.js';
import { verifyCommand } from '../../src/cli/verify.js';
import { nixImage, testEngineEnvironment } from '../support/nix.js';
import { describeWith } from '../support/require.js';
import { file, tar } from '../support/tar.js';
import { archive, root, withoutProgress } from './world.js';

const nixpkgs = path.join(root, 'test/fixtures/nixpkgs');
let folder: string;
const inFolder = (name: string) => path.join(folder, name);
let restore: () => void;
beforeAll(async () => {
  restore = withoutProgress();
  folder = await mkdtemp(path.join(tmpdir(), 'modprobot-cli-'));
  await writeFile(inFolder('driver %20.tar.gz'), archive);
  await writeFile(inFolder('two.tar'), tar(file('one/Makefile'), file('two/Makefile')));
  await writeFile(inFolder('driver.zip'), Buffer.from('504b0304', 'hex'));
  await symlink(inFolder('driver %20.tar.gz'), inFolder('link'));
  process.env.MODPROBOT_ENGINE = 'none';
});
afterAll(async () => {
  restore();
  await rm(folder, { recursive: true, force: true });
});

describe('every command', () => {
  it('teaches with an example', () => {
    for (const command of createProgram().commands) {
      const help: string[] = [];
      command.configureOutput({ writeOut: (text) => void help.push(text) }).outputHelp();
      expect(help.join('')).toMatch(new RegExp(`Examples?:\\n(.*\\n)*.*modprobot ${command.name()}`));
    }
  });
});

describe('choose', () => {
  const options = { current: 'v1.0', pattern: 'v{version}' };

  it.each([
    ['a list', { tags: 'no-such-file' }, '--tags'],
    ['what was seen', { tags: '/dev/null', seen: 'no-such-file' }, '--seen'],
  ])('says so when %s cannot be read', async (_, files, option) => {
    const choosing = chooseCommand({ ...options, ...files });
    await expect(choosing).rejects.toMatchObject({ code: 'file-unreadable', message: expect.stringContaining(option) });
  });

  it('shows tags of strangers as plain text', async () => {
    await writeFile(inFolder('tags'), 'v1.1\nv1.2\u202e\n');
    const { text } = await chooseCommand({ ...options, tags: inFolder('tags') });
    expect(text).toMatch(/^v1\.1 +chosen/m);
    expect(text).not.toContain('\u202e');
  });
});

describe('kernels', () => {
  it('answers for every kind of kernel, and exits 0 because it answered', async () => {
    const states = ['7.2', '6.8', '5.0', '99.1'].map(async (kernel) => {
      const { json, exitCode } = await kernelsCommand({ nixpkgs, for: kernel });
      return { kernel, exitCode, state: (json as { state: string }).state };
    });
    expect(await Promise.all(states)).toEqual([
      { kernel: '7.2', exitCode: 0, state: 'present' },
      { kernel: '6.8', exitCode: 0, state: 'removed' },
      { kernel: '5.0', exitCode: 0, state: 'gone' },
      { kernel: '99.1', exitCode: 0, state: 'newer' },
    ]);
  });

  it('refuses what is no kernel', async () => {
    await expect(kernelsCommand({ nixpkgs, for: 'zen' })).rejects.toMatchObject({ code: 'option-invalid' });
  });
});

describe('verify', () => {
  it('refuses an attribute and a set that the tree does not have, with the keys that it always has', async () => {
    const unknown = await verifyCommand('no-such-module', { nixpkgs });
    expect(unknown).toMatchObject({ exitCode: 2, json: { code: 'unknown-attribute', system: null, kernels: [] } });
    const set = await verifyCommand('v4l2loopback', { nixpkgs, kernels: 'linux_6_1' });
    expect(set.exitCode).toBe(0);
    const mistyped = await verifyCommand('v4l2loopback', { nixpkgs, kernels: 'lastest' });
    expect(mistyped).toMatchObject({ exitCode: 2, text: expect.stringContaining('latest') });
    await expect(verifyCommand('v4l2loopback', { nixpkgs, kernels: ' , ' })).rejects.toMatchObject({
      code: 'option-invalid',
    });
  });
});

describe('the options of update', () => {
  const flags = { nixpkgs, verify: false };

  it.each([
    ['a tag and a commit at once', { toTag: 'v1', toRev: 'a'.repeat(40), date: '2026-11-20' }],
    ['a commit without its day', { toRev: 'a'.repeat(40) }],
    ['a day without its commit', { toTag: 'v1', date: '2026-11-20' }],
    ['a day that no calendar has', { toRev: 'a'.repeat(40), date: '2026-02-30' }],
    ['a branch for a commit', { toRev: 'main', date: '2026-11-20' }],
    ['a hash that is no SRI', { toTag: 'v1', hash: '0'.repeat(64) }],
  ])('do not name %s', (_, wrong) => {
    expect(() => namedBy({ ...flags, ...wrong })).toThrow(expect.objectContaining({ code: 'option-invalid' }));
  });
});

describe('hash', () => {
  it('says of what only Nix can unpack who can', async () => {
    const answer = await hashCommand(inFolder('driver.zip'), { unpack: true, engine: 'builtin' });
    expect(answer).toMatchObject({ exitCode: 2, text: expect.stringContaining('--engine') });
  });

  it('says so when the engine that was asked for is not there', async () => {
    process.env.MODPROBOT_CONTAINER_PROGRAM = '/nonexistent/podman';
    const hashing = hashCommand(inFolder('link'), { engine: 'container' });
    await expect(hashing).rejects.toMatchObject({ code: 'engine-missing' });
    delete process.env.MODPROBOT_CONTAINER_PROGRAM;
  });
});

describeWith(nixImage, 'hash in a container', () => {
  beforeAll(() => void Object.assign(process.env, testEngineEnvironment()));

  it('lets Nix compute what the built-in hasher computes, of odd names and links too', async () => {
    for (const unpack of [true, false]) {
      for (const name of ['driver %20.tar.gz', 'link']) {
        const [builtin, nix] = await Promise.all([
          hashCommand(inFolder(name), { unpack, engine: 'builtin' }),
          hashCommand(inFolder(name), { unpack, engine: 'container' }),
        ]);
        expect(nix.json).toMatchObject({ engine: 'container', hash: builtin.text, bytes: archive.length });
      }
    }
  }, 120_000);

  it('refuses what fetchzip would, though Nix would take it', async () => {
    const answer = await hashCommand(inFolder('two.tar'), { unpack: true, engine: 'container' });
    expect(answer).toMatchObject({ exitCode: 2, json: { code: 'archive-top-folder' } });
  }, 60_000);

  it("passes on Nix's own words when the file is no archive", async () => {
    const hashing = hashCommand(inFolder('driver.zip'), { unpack: true, engine: 'container' });
    await expect(hashing).rejects.toMatchObject({ code: 'nix-hash-failed' });
  }, 60_000);
});

describe('output', () => {
  it('lets no text from outside steer a terminal', () => {
    expect(printable('a\u001b[2Jb\u202ec\nd')).toBe('a\\u{1b}[2Jb\\u{202e}c\\u{a}d');
    expect(
      table([
        ['a', '\t'],
        ['longer', 'b'],
      ]),
    ).toBe('a       \\u{9}\nlonger  b');
  });
});

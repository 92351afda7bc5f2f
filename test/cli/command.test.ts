import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type CliWorld, modprobot, modules, openCliWorld } from './world.js';

const newHash = 'sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=';
let world: CliWorld;
beforeAll(async () => {
  world = await openCliWorld({
    'umlaeute/v4l2loopback': ['v0.13.2', 'v0.15.0'],
    'fixture-drivers/two-axes': ['v6.8-v1.0', 'v99.1-v1.1'],
  });
});
afterAll(() => world.close());

describe('the command, as a process of its own', () => {
  it('prints exactly one JSON object with --json, and exits 0 when something was done', async () => {
    const place = path.join(world.nixpkgs, 'pkgs/os-specific/linux/v4l2loopback/default.nix');
    const ran = await modprobot(
      ['update', 'v4l2loopback', '--nixpkgs', world.nixpkgs, '--no-verify', '--json'],
      world.environment,
    );
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\{[^\n]*\}\n$/) });
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'edited', version: { from: '0.13.2', to: '0.15.0' } });
    expect(await readFile(place, 'utf8')).toContain('version = "0.15.0";');
    expect(ran.stderr).toMatch(/^· listing the tags of https:\/\/github\.com\/umlaeute\/v4l2loopback\n/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours belong on a terminal alone
    expect(ran.stderr).not.toMatch(/\u001b/);
  });

  it('exits 3 when a release has to wait, 2 when an update is refused, 1 at a fault', async () => {
    const update = (attr: string, ...more: string[]) =>
      modprobot(['update', attr, '--nixpkgs', world.nixpkgs, '--json', ...more], world.environment);
    const [waiting, refused, fault] = await Promise.all([update('two-axes'), update('mwprocapture'), update('xone')]);
    expect(waiting.code).toBe(3);
    expect(JSON.parse(waiting.stdout)).toMatchObject({ outcome: 'waiting', code: 'kernel-not-in-nixpkgs', files: [] });
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({ outcome: 'refused', code: 'several-places', kernels: [] });
    expect(fault.code).toBe(1);
    expect(JSON.parse(fault.stdout)).toMatchObject({ outcome: 'fault', code: 'upstream-gone' });
    expect(fault.stderr).toMatch(/modprobot: https:\/\/github\.com\/dlundqvist\/xone .* \[upstream-gone\]\n$/);
  });

  it('exits 64 when it is called wrongly, and says how to call it', async () => {
    const [unknown, missing, wrong, nothing] = await Promise.all([
      modprobot(['scam']),
      modprobot(['scan', '--json']),
      modprobot(['update', 'rec-tag', '--nixpkgs', modules, '--to-rev', 'main', '--date', '2026-11-20']),
      modprobot([]),
    ]);
    expect(unknown).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining('Did you mean scan?') });
    expect(missing).toMatchObject({ code: 64, stderr: expect.stringContaining('--nixpkgs') });
    expect(JSON.parse(missing.stdout)).toMatchObject({ code: 'option-invalid' });
    expect(wrong).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining('40 lower-case hex digits') });
    expect(nothing).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining('Examples:') });
  });

  it("updates by hand from the tree's text alone: no kernel sets, no engine, no network", async () => {
    const named = ['--to-tag', 'v0.16', '--hash', newHash, '--no-verify', '--dry-run', '--json'];
    const nowhere = { MODPROBOT_ENGINE: 'container', MODPROBOT_CONTAINER_PROGRAM: '/nonexistent', PATH: '' };
    const ran = await modprobot(['update', 'rec-tag', '--nixpkgs', modules, ...named], nowhere);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'edited', rev: 'v0.16', hashedBy: ['given'] });
  });

  it('is at peace with a reader that stops reading', async () => {
    const scan = ['scan', '--nixpkgs', modules, '--json'];
    const ran = await modprobot(scan, {}, (child) => child.hangUp());
    expect(ran).toMatchObject({ code: 0, stderr: '' });
  });

  it('breaks off a download and ends by the signal that it was sent', async () => {
    const silent = 'https://github.com/silent/driver.tar.gz';
    const ran = await modprobot(['hash', silent, '--json'], world.environment, (child) => {
      if (child.stderr().endsWith(`downloading ${silent}\n`)) child.kill('SIGINT');
    });
    expect(ran).toMatchObject({ code: null, signal: 'SIGINT', stdout: '' });
  });
});

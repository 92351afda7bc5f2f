import { execFileSync, spawn } from 'node:child_process';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostMap } from '../../src/net/hosts.js';
import { openEngine } from '../../src/nix/engine/open.js';
import type { EngineSettings } from '../../src/nix/engine/settings.js';
import { copyNixpkgs, kernelsInImage, testEngineSettings } from '../support/nix.js';

export interface DemoEngine {
  readonly settings: EngineSettings;
  /** A copy of the small nixpkgs, whose kernels are those that can be built on here; the caller removes it. */
  readonly nixpkgs: string;
  /** What was found, or why no kernel is built and how to enable it. */
  readonly found: string;
}

/** The Nix test image, made first where that is possible; without it the demo goes on and builds nothing. */
export async function demoEngine(hosts: HostMap, say: (line: string) => void): Promise<DemoEngine> {
  if (process.env.MODPROBOT_ENGINE === 'none') return none(hosts, 'Nix is switched off (MODPROBOT_ENGINE=none).');
  const missing = ['podman', 'runc', 'debootstrap'].filter((program) => !isThere(program));
  if (missing.length > 0 || process.getuid?.() !== 0) {
    const needs = missing.length > 0 ? `install ${missing.join(', ')}` : 'run the demo as root';
    return none(
      hosts,
      `No kernel is built here. To enable it, ${needs} and run \`npm run image\`, then the demo again.`,
    );
  }
  say('making the Nix image with real kernel headers (some minutes the first time)');
  if (!(await makeImage(say)))
    return none(hosts, 'No kernel is built here: `npm run image` failed, run it to see why.');
  const settings = testEngineSettings(hosts);
  const opened = await openEngine(settings);
  try {
    const kernels = await kernelsInImage(opened.engine);
    const names = kernels.map(({ version }) => version).join(', ');
    return { settings, nixpkgs: await copyNixpkgs(kernels), found: `${opened.found} Kernels: ${names}.` };
  } finally {
    await opened.close();
  }
}

async function none(hosts: HostMap, found: string): Promise<DemoEngine> {
  const nixpkgs = await mkdtemp(join(tmpdir(), 'modprobot-nixpkgs-'));
  await cp(fileURLToPath(new URL('../fixtures/nixpkgs', import.meta.url)), nixpkgs, { recursive: true });
  return { settings: { ...testEngineSettings(hosts), engine: 'none' }, nixpkgs, found };
}

/** Quick when the image is there already and nothing changed. */
function makeImage(say: (line: string) => void): Promise<boolean> {
  const script = fileURLToPath(new URL('../../scripts/nix-image', import.meta.url));
  const child = spawn('bash', [script], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.setEncoding('utf8').on('data', (text: string) => say(text.trimEnd()));
  child.stderr.resume();
  return new Promise((resolve) => child.on('close', (code) => resolve(code === 0)));
}

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

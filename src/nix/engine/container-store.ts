import { createHash } from 'node:crypto';
import { ask } from './container-program.js';
import type { Engine } from './engine.js';
import type { ContainerSettings } from './settings.js';

/** Every image brings a Nix of its own in /nix: a volume is filled from it once, and must not be shared with another's. */
export async function volumeName(program: string, { image, volume }: ContainerSettings): Promise<string> {
  const inspected = await ask(program, ['image', 'inspect', '--format', '{{.Id}}', '--', image]);
  const id = inspected.exitCode === 0 ? inspected.stdout.trim() : image;
  return `${volume}-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}

const tenMinutes = 600_000;

/**
 * Collects garbage once the store is larger than the limit (`60g`). Nothing in it is a root but the image's own Nix, so
 * what was built last goes as readily as the rest: it can be built again. While a container uses the volume nothing is done,
 * because Nix protects what it is using by process ids, and those of two containers may be the same.
 *
 * Returns how many bytes were too many.
 */
export async function trimStore(program: string, engine: Engine, volume: string, limit: string): Promise<number> {
  const using = await ask(program, ['ps', '--quiet', '--filter', `volume=${volume}`]);
  if (using.exitCode !== 0 || using.stdout.trim() !== '') return 0;
  const step = { trees: [], network: 'none', timeoutMs: tenMinutes } as const;
  const measured = await engine.run({ program: 'du', args: ['-sk', '/nix/store'], ...step });
  const surplus = Number.parseInt(measured.stdout, 10) * 1024 - bytes(limit);
  if (!(surplus > 0)) return 0;
  await engine.run({ program: 'nix-store', args: ['--gc', '--max-freed', String(surplus)], ...step });
  return surplus;
}

function bytes(size: string): number {
  const units: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
  return Number.parseInt(size, 10) * (units[size.slice(-1)] ?? 1);
}

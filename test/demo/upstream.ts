import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('driver/', import.meta.url));

/**
 * The demo's driver as its author releases it: 0.3.0 stops its timer by a name that newer kernels do not have any more,
 * 0.4.0 by the new one.
 */
export async function driverFiles(version: string): Promise<Record<string, string>> {
  const stop = version === '0.3.0' ? 'del_timer_sync' : 'timer_delete_sync';
  const source = await readFile(`${folder}pulse.c`, 'utf8');
  return {
    Makefile: await readFile(`${folder}Makefile`, 'utf8'),
    'pulse.c': source.replace('STOP_TIMER', stop).replace('PULSE_RELEASE', version),
  };
}

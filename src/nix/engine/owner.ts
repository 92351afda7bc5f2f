import { readFileSync } from 'node:fs';

/** The process that a container belongs to: its id, and when it started, because ids are used again. */
interface Owner {
  readonly pid: number;
  /** Clock ticks since boot as /proc tells them; `0` where there is no /proc. */
  readonly started: string;
}

/** Beginning of the names of all containers of this process. */
export function ownerName(): string {
  return `modprobot-${process.pid}-${startOf(process.pid) ?? '0'}`;
}

/** Reads the owner back from a container's name; null for a name that is not of ours. */
export function ownerOf(name: string): Owner | null {
  const match = /^modprobot-([0-9]+)-([0-9]+)-[0-9a-f]+$/.exec(name);
  if (match === null) return null;
  return { pid: Number(match[1]), started: match[2] ?? '0' };
}

/** Whether that very process still runs. */
export function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // A process of another user cannot be signalled, but it is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (startOf(owner.pid) ?? '0') === owner.started;
}

/** Field 22 of proc(5)'s `stat`; the second field, the program's name, may itself hold blanks and brackets. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const stop = new AbortController();
let stoppedBy: NodeJS.Signals | null = null;
let listens = false;

/**
 * Aborted by Ctrl-C or a polite kill, so that containers, helpers and scratch files go first. The same signal again ends
 * the process at once.
 */
export function interruption(): AbortSignal {
  if (listens) return stop.signal;
  listens = true;
  for (const name of names) {
    process.once(name, () => {
      stoppedBy = name;
      stop.abort(new Error('It was interrupted.'));
    });
  }
  return stop.signal;
}

/** The signal that broke the command off; null when none did. */
export function interruptedBy(): NodeJS.Signals | null {
  return stoppedBy;
}

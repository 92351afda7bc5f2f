import pc from 'picocolors';

/** Exit codes of the command; the contract of programs that call it. */
export const exitCodes = { done: 0, fault: 1, refused: 2, waiting: 3, usage: 64 } as const;

/** What a command hands back: one JSON object, the same thing for people, and how it ended. */
export interface Answer {
  readonly json: unknown;
  /** For people; ends without a newline. */
  readonly text: string;
  readonly exitCode: number;
}

const colours = pc.createColors(process.stderr.isTTY === true && !process.env.NO_COLOR);

/** One line of progress on standard error, so that standard output holds the answer alone. */
export function progress(line: string): void {
  process.stderr.write(`${colours.dim('·')} ${printable(line)}\n`);
}

/** Why a command failed, on standard error. */
export function complain(message: string): void {
  process.stderr.write(`${colours.red('modprobot:')} ${message.split('\n').map(printable).join('\n')}\n`);
}

/** Prints an answer: exactly one JSON object with `--json`, the text otherwise. */
export function print(answer: Answer, format: { json?: boolean }): void {
  const body = format.json ? JSON.stringify(answer.json) : answer.text;
  process.stdout.write(`${body}\n`);
  process.exitCode = answer.exitCode;
}

/** A reader that has gone (`| head`) is no error: what is left to say has no one to hear it. */
export function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** The exit code that an outcome has. */
export function exitCodeOf(outcome: 'edited' | 'current' | 'waiting' | 'refused'): number {
  if (outcome === 'refused') return exitCodes.refused;
  if (outcome === 'waiting') return exitCodes.waiting;
  return exitCodes.done;
}

/**
 * Columns padded to the widest cell. Control characters in a cell are shown as escapes: tags and messages come from
 * strangers and must not steer a terminal.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of clean) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return clean
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Text from outside made safe for a terminal: control and bidirectional characters become `\u{…}`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}

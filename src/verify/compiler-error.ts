import type { BuildError } from './verdict.js';

/** gcc and clang: `file:line:column: error: message`, `file:line: fatal error: message`. */
const compilerLine = /^([^\s:][^:]*):(\d+):(?:\d+:)? (?:fatal )?error: (.+)$/;
/** The linker of modules: `ERROR: modpost: "strlcpy" [/build/…/v4l2loopback.ko] undefined!` */
const modpostLine = /^ERROR: modpost: (.*)$/;
const modpostFile = /\[([^\]]+)\]/;
/** make: `Makefile:12: *** message.  Stop.` */
const makeLine = /^([^\s:][^:]*):(\d+): \*\*\* (.+?)(?:\s+Stop\.)?$/;
/** patch(1): `Hunk #1 FAILED at 12.` after `patching file x.c`. */
const patchedFile = /^patching file '?(.+?)'?$/;
const failedHunk = /^Hunk #\d+ FAILED at (\d+)/;

/** gcc ends with the option that governs the message, as a terminal link that Nix's log filter empties to `[]`. */
const governingOption = /\s*\[(?:-W[^\]]*)?\]$/;

/** The log is a stranger's text: a message is one line of it, and no longer than a person reads. */
const longestMessage = 300;

/**
 * The first error of a build's log, with its place. Not the last lines: what follows the first error is mostly its echo.
 * Null when no line is recognised. A line of 0 means that the error names none.
 */
export function firstError(log: string): BuildError | null {
  let patched = '';
  for (const line of log.split('\n')) {
    const compiler = compilerLine.exec(line) ?? makeLine.exec(line);
    if (compiler !== null) return at(compiler[1], compiler[2], compiler[3]);
    const modpost = modpostLine.exec(line);
    if (modpost !== null) return at(modpostFile.exec(line)?.[1] ?? '', '0', modpost[1]);
    patched = patchedFile.exec(line)?.[1] ?? patched;
    const hunk = failedHunk.exec(line);
    if (hunk !== null) return at(patched, hunk[1], 'a patch of the derivation no longer applies here');
  }
  return null;
}

function at(file = '', line = '0', message = ''): BuildError {
  return {
    file: sourceRelative(file),
    line: Number(line),
    message: message.trim().replace(governingOption, '').slice(0, longestMessage),
  };
}

/**
 * `/build/nix-build-x.drv-0/source/src/x.c` → `src/x.c`. Nix builds in a folder of its own (in its sandbox: `/build`), and
 * stdenv unpacks the source into one folder below that. Files outside, such as kernel headers, keep their place.
 */
function sourceRelative(file: string): string {
  return file
    .replace(/^\/(?:[^/]+\/)*nix-(?:build-[^/]+|\d+-\d+)\/(?:build\/)?[^/]+\//, '')
    .replace(/^\/build\/[^/]+\//, '')
    .replace(/^\.\//, '');
}

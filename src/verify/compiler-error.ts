import type { BuildError } from './verdict.js';

/** gcc and clang: `file:line:column: error: message`, `file:line: fatal error: message`. */
const compilerLine = /^([^\s:][^:]*):(\d+):(?:\d+:)? (?:fatal )?error: (.+)$/;
/** The linker of modules: `ERROR: modpost: "strlcpy" [/build/…/v4l2loopback.ko] undefined!` */
const modpostLine = /^ERROR: modpost: (.*)$/;
const modpostFile = /\[([^\]]+)\]/;
/** make: `Makefile:12: *** message.  Stop.` */
const makeLine = /^([^\s:][^:]*):(\d+): \*\*\* (.+?)(?:\s+Stop\.)?$/;
/** stdenv: `applying patch /nix/store/…-fix-7.0.patch`, then patch(1): `patching file x.c`, `Hunk #1 FAILED at 12.` */
const appliedPatch = /^applying patch (?:.*\/)?(?:[a-z0-9]{32}-)?([^/]+)$/;
const patchedFile = /^patching file '?(.+?)'?$/;
const failedHunk = /^Hunk #\d+ FAILED at (\d+)/;
const goneFile = /^can't find file to patch at input line \d+/;
const reversed = /^Reversed \(or previously applied\) patch detected!/;
/** stdenv: `substituteStream() in derivation x: ERROR: pattern y doesn't match anything in file 'Makefile'` */
const substitution = /^substituteStream\(\).*?: ERROR: (pattern .* doesn't match anything) in file '(.+)'$/;

/** gcc ends with the option that governs the message, as a terminal link that Nix's log filter empties to `[]`. */
const governingOption = /\s*\[(?:-W[^\]]*)?\]$/;

/** The log is a stranger's text: a message is one line of it, and no longer than a person reads. */
const longestMessage = 300;

/**
 * The first error of a build's log, with its place. Not the last lines: what follows the first error is mostly its echo.
 * Null when no line is recognised. A line of 0 means that the error names none.
 */
export function firstError(log: string): BuildError | null {
  let patch = 'a patch of the derivation';
  let patched = '';
  for (const line of log.split('\n')) {
    const compiler = compilerLine.exec(line) ?? makeLine.exec(line);
    if (compiler !== null) return at(compiler[1], compiler[2], compiler[3]);
    const modpost = modpostLine.exec(line);
    if (modpost !== null) return at(modpostFile.exec(line)?.[1] ?? '', '0', modpost[1]);
    const unmatched = substitution.exec(line);
    if (unmatched !== null) return at(unmatched[2], '0', unmatched[1]);
    const applied = appliedPatch.exec(line)?.[1];
    if (applied !== undefined) [patch, patched] = [`the patch ${applied}`, ''];
    patched = patchedFile.exec(line)?.[1] ?? patched;
    const hunk = failedHunk.exec(line);
    if (hunk !== null) return at(patched, hunk[1], `${patch} no longer applies here`);
    if (goneFile.test(line)) return at('', '0', `${patch} no longer applies: the file that it changes is gone`);
    if (reversed.test(line)) return at(patched, '0', `${patch} no longer applies: upstream seems to have it already`);
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

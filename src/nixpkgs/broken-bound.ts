import { positionOf } from '../nix/syntax/syntax-error.js';
import { derivationOf, solidOf } from './derivation.js';
import { readTree } from './scan-files.js';
import { readScope, scopeFile } from './scan-scope.js';

/** What a derivation says of the kernels that it does not build on. */
export interface BrokenBound {
  /** As it is written: `kernel.kernelAtLeast "7.0"`. */
  readonly expression: string;
  /** Relative to the nixpkgs root. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** The `meta.broken` of an attribute of the kernel package scope and its place; null when it has none that can be read. */
export function readBrokenBound(nixpkgsDir: string, attr: string): BrokenBound | null {
  const readText = readTree(nixpkgsDir);
  const thunk = readScope(readText).attributes.get(attr);
  const derivation = thunk === undefined ? null : derivationOf(solidOf(thunk.force()), scopeFile);
  const meta = derivation?.attributes.attributes.get('meta')?.force();
  const source = meta?.type === 'set' ? meta.attributes.get('broken')?.source : null;
  const text = source ? readText(source.file) : null;
  if (!source || text === null) return null;
  const { start, end } = source.expression;
  return { expression: text.slice(start, end), file: source.file, line: positionOf(text, start).line };
}

import { Fault } from '../errors.js';
import type { Verdict } from '../verify/verdict.js';
import { table } from './output.js';

/** The verdicts as people read them, with the first compiler error of each failing set. */
export function kernelTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ set, version, before, after, status, error, reason }) => {
    const why = error === null ? reason : `${error.file}:${error.line}: ${error.message}`;
    return [set, version, before, after, status, why];
  });
  return table([['SET', 'KERNEL', 'BEFORE', 'AFTER', 'STATUS', ''], ...rows]);
}

/** `matching,linux_6_12` as it was typed. Throws `option-invalid` when it names nothing. */
export function kernelList(text = 'matching,neighbours,default,latest'): string[] {
  const words = text.split(',').flatMap((word) => word.trim() || []);
  if (words.length > 0) return words;
  throw new Fault('option-invalid', '--kernels names no kernel. Write words and sets: matching,linux_6_12.');
}

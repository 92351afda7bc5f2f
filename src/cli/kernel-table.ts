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

/** `matching,linux_6_12` as it was typed. */
export function kernelList(text: string | undefined): string[] {
  return (text ?? 'matching,neighbours,default,latest').split(',').flatMap((word) => word.trim() || []);
}

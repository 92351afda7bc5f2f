import { compareKernels } from '../../release/kernel.js';
import type { Verdict } from '../../verify/verdict.js';
import type { Verification } from '../update.js';
import { code, listed } from './markdown.js';

/**
 * What the builds say of the derivation's `meta.broken`, as remarks for the reviewer: that it may be obsolete where a set
 * that it excludes builds, and what it would have to say where sets fail that it does not exclude. Nobody edits it but a person.
 */
export function bounds({ verdicts, trials, bound }: Verification): readonly string[] {
  const works = trials.filter(({ after }) => after === 'ok').map(({ set }) => set);
  const written = bound === null ? '' : `: ${code(bound.expression)} (${code(`${bound.file}:${bound.line}`)})`;
  const proposed = proposal(verdicts);
  return [
    ...(works.length > 0
      ? [`The bound may be obsolete: marked as broken, it builds on ${listed(works)} all the same${written}.`]
      : []),
    ...(proposed === null ? [] : [`If it is to be marked as broken where it fails: ${assignment(proposed, bound)}.`]),
  ];
}

/** The condition that holds on every kernel that fails and on none that builds; null when no single bound does. */
function proposal(verdicts: readonly Verdict[]): string | null {
  const kernels = (state: Verdict['after']) =>
    verdicts.flatMap(({ after, version }) => (after === state ? [branchOf(version)] : [])).sort(compareKernels);
  const [fails, builds] = [kernels('fails'), kernels('ok')];
  const [oldestFailing, newestFailing] = [fails[0], fails.at(-1)];
  const [oldestBuilding, newestBuilding] = [builds[0], builds.at(-1)];
  if (oldestFailing === undefined || newestFailing === undefined) return null;
  if (oldestBuilding === undefined || newestBuilding === undefined) return null;
  if (compareKernels(oldestFailing, newestBuilding) > 0) return `kernel.kernelAtLeast "${oldestFailing}"`;
  if (compareKernels(newestFailing, oldestBuilding) < 0) return `kernel.kernelOlder "${oldestBuilding}"`;
  return null;
}

function assignment(proposed: string, bound: Verification['bound']): string {
  if (bound === null) return `${code(`broken = ${proposed};`)} in ${code('meta')}`;
  const binds = /->|\b(?:if|let|with|assert)\b/.test(bound.expression) ? `(${bound.expression})` : bound.expression;
  return `${code(`broken = ${binds} || ${proposed};`)} in ${code(`${bound.file}:${bound.line}`)}`;
}

/** `6.12` of `6.12.107` */
function branchOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

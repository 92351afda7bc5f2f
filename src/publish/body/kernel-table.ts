import type { Verdict } from '../../verify/verdict.js';
import { code, listed, prose } from './markdown.js';

const signs: Readonly<Record<Verdict['status'], string>> = {
  same: '✅',
  fixed: '✅',
  regression: '❌',
  'still failing': '⚠️',
  unavailable: '➖',
  'not built': '➖',
};

/** The verdicts as a Markdown table, the matching set first and the rest in their order. */
export function kernelTable(kernels: readonly Verdict[], matching: string | null): string {
  const first = kernels.filter(({ set }) => set === matching);
  const rest = kernels.filter(({ set }) => set !== matching);
  const rows = [
    ...first.map((verdict) => row(verdict, `**${code(verdict.set)}** (matching)`)),
    ...rest.map((verdict) => row(verdict, code(verdict.set))),
  ];
  return ['| Kernel set | Kernel | Before → after | Verdict | Details |', '|---|---|---|---|---|', ...rows].join('\n');
}

function row(verdict: Verdict, name: string): string {
  const { version } = verdict;
  return `| ${name} | ${code(version)} | ${change(verdict)} | ${sign(verdict)} | ${details(verdict)} |`;
}

/** `✅ fixed` */
export function sign({ status }: Verdict): string {
  return `${signs[status]} ${status}`;
}

/** `fails → ok` */
export function change({ before, after }: Verdict): string {
  return `${before} → ${after}`;
}

/** The first error, or why there is no build, or what was built. */
export function details({ error, reason, modules }: Verdict): string {
  const parts = [
    ...(error === null ? [] : [`${code(`${error.file}:${error.line}`)} ${code(error.message)}`]),
    ...(reason === '' ? [] : [prose(reason)]),
  ];
  if (parts.length > 0) return parts.join('; ');
  return listed(modules.map(({ name }) => name));
}

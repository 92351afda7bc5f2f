import type { SetValue, Value } from '../nix/evaluate/values.js';
import { fetchOf } from '../nixpkgs/derivation.js';
import type { Replacement } from './edit.js';

/** A range that may differ, under the name that stands for it. */
export interface Hole {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** The replaced ranges as they are before the edit, and as they are after it. */
export function holesOf(replacements: readonly Replacement[]): { before: readonly Hole[]; after: readonly Hole[] } {
  const ordered = [...replacements].sort((one, other) => one.start - other.start);
  const before = ordered.map(({ file, start, end }, index) => ({ file, start, end, name: `«${index}»` }));
  const after = before.map((hole, index) => {
    const earlier = ordered.slice(0, index).filter(({ file }) => file === hole.file);
    const start = earlier.reduce((moved, { start: from, end, text }) => moved + text.length - (end - from), hole.start);
    return { ...hole, start, end: start + (ordered[index]?.text.length ?? 0) };
  });
  return { before, after };
}

/** Deeper than any attribute of a real derivation; other derivations refer to each other without end. */
const deepest = 5;

/**
 * Everything that a value says, one line per leaf, so that two evaluations can be compared: literal characters inside of a
 * hole appear under its name, and text that a function makes of them under the function's.
 */
export function render(value: Value, holes: readonly Hole[]): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  write(value, '', 0);
  return lines;

  function write(one: Value, path: string, depth: number): void {
    if (depth > deepest) return;
    const inside = (name: string | number, inner: Value) =>
      write(inner, path === '' ? `${name}` : `${path}.${name}`, depth + 1);
    if (one.type === 'list') one.items.forEach((item, index) => void inside(index, item.force()));
    if (one.type === 'set') for (const [name, thunk] of one.attributes) inside(name, thunk.force());
    if (one.type === 'choice')
      one.branches.forEach((branch, index) => void inside(`if ${one.condition} ${index}`, branch.force()));
    lines.set(path, leaf(one, holes));
  }
}

/** What another download is made of, as plain text: its hash is right only as long as none of that changes. */
export function renderFetch(set: SetValue): string {
  const fetch = fetchOf(set);
  if (fetch === null) return '';
  const known = [...fetch.arguments].filter(([name]) => name !== 'name');
  return [
    fetch.fetcher,
    ...known.flatMap(([name, thunk]) => [...render(thunk.force(), [])].map(([path, text]) => `${name}${path}=${text}`)),
  ].join('\n');
}

function leaf(value: Value, holes: readonly Hole[]): string {
  switch (value.type) {
    case 'string':
      return value.parts
        .map((part) => (part.kind === 'literal' ? withHoles(part, holes) : unwritten(part, holes)))
        .join('');
    case 'number':
      return value.text;
    case 'boolean':
      return String(value.value);
    case 'path':
      return value.path ?? 'a path';
    case 'opaque':
      return `<${value.name}>`;
    default:
      return `<${value.type}>`;
  }
}

/** Where there are holes, text that is computed from them may change with them; where there are none, it may not. */
function unwritten(
  part: { kind: 'derived'; text: string; name: string } | { kind: 'opaque'; name: string },
  holes: readonly Hole[],
): string {
  return part.kind === 'derived' && holes.length === 0 ? part.text : `<${part.name}>`;
}

type Literal = {
  readonly text: string;
  readonly origin: { readonly file: string; readonly start: number; readonly end: number; readonly exact: boolean };
};

function withHoles({ text, origin }: Literal, holes: readonly Hole[]): string {
  const within = holes.filter(
    (hole) => hole.file === origin.file && hole.start >= origin.start && hole.end <= origin.end,
  );
  if (!origin.exact) return text;
  return within.reduceRight(
    (shown, hole) => shown.slice(0, hole.start - origin.start) + hole.name + shown.slice(hole.end - origin.start),
    text,
  );
}

import { type Call, type StringValue, textOf, type Value } from '../nix/evaluate/values.js';

/**
 * Functions of `lib` whose result is plain text. The text is known, but no longer stands anywhere: it cannot be undone,
 * so the parts it gives are `derived`.
 */
export function textFunction(call: Call): Value | null {
  const versions = /(?:^|\.)versions\.(major|minor|patch|majorMinor)$/.exec(call.function)?.[1];
  if (versions !== undefined) return ofVersion(call, versions);
  if (/(?:^|\.)(?:builtins|lib|strings)\.replaceStrings$|^replaceStrings$/.test(call.function)) return replaced(call);
  if (call.function === 'toString' || call.function === 'builtins.toString') return plainString(call);
  return null;
}

/** `lib.versions`, as in nixpkgs' `lib/versions.nix`: parts between dots. */
function ofVersion(call: Call, part: string): Value | null {
  const text = argumentText(call, 0);
  if (text === null) return null;
  const numbers = text.split(/[.-]/);
  const pick = part === 'majorMinor' ? numbers.slice(0, 2) : [numbers[['major', 'minor', 'patch'].indexOf(part)] ?? ''];
  return derived(pick.join('.'), call.function);
}

/** No version is longer; text that grows with every call must not fill the memory. */
const longestText = 1_000;

function replaced(call: Call): Value | null {
  if (call.arguments.length < 3) return null;
  const [from, to, text] = [texts(call, 0), texts(call, 1), argumentText(call, 2)];
  if (from === null || to === null || text === null || from.includes('') || text.length > longestText) return null;
  let result = '';
  for (let at = 0; at < text.length; ) {
    const index = from.findIndex((word) => text.startsWith(word, at));
    result += index === -1 ? text[at] : (to[index] ?? '');
    at += index === -1 ? 1 : (from[index]?.length ?? 1);
  }
  return derived(result, call.function);
}

function plainString(call: Call): Value | null {
  const value = call.arguments[0]?.force();
  return value?.type === 'string' ? value : null;
}

function argumentText(call: Call, index: number): string | null {
  const value = call.arguments[index]?.force();
  return value === undefined ? null : textOf(value);
}

function texts(call: Call, index: number): readonly string[] | null {
  const value = call.arguments[index]?.force();
  if (value?.type !== 'list') return null;
  const items = value.items.map((item) => textOf(item.force()));
  return items.includes(null) ? null : (items as string[]);
}

function derived(text: string, name: string): StringValue {
  return { type: 'string', place: null, parts: [{ kind: 'derived', text, name: `${name}(…)` }] };
}

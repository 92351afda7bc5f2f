/** One input of a derivation: what must be there before it is built. */
export interface DerivationInput {
  readonly drvPath: string;
  /** Names of the outputs that are needed: `out`, `dev`. */
  readonly outputs: readonly string[];
}

/**
 * The input derivations of a `.drv` file's text, in the ATerm form `Derive([outputs],[(path,[outputs]),…],…)` that has not
 * changed since Nix began (src/libstore/derivations.cc). Throws a plain Error on anything else.
 */
export function derivationInputs(text: string): readonly DerivationInput[] {
  const body = bodyOf(text);
  const [, end] = readList(body, 0);
  const [inputs] = readList(body, end + 1);
  return inputs.map((input) => {
    const [drvPath = '', ...outputs] = strings(input);
    return { drvPath, outputs };
  });
}

/**
 * Whether the outputs of a `.drv` file's text must have a hash that is known before they are made: only such a derivation
 * may have the network. Of an impure one and of one whose hash is found out afterwards the hash field is no hash.
 */
export function isFixedOutput(text: string): boolean {
  const [outputs] = readList(bodyOf(text), 0);
  return outputs.length > 0 && outputs.every((output) => /^[0-9a-f]+$/.test(strings(output)[3] ?? ''));
}

/** The texts of `.drv` files that were printed one after the other. What stands within strings does not mislead it. */
export function splitDerivations(texts: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let begin = 0;
  for (let place = 0; place < texts.length; place++) {
    const character = texts[place];
    if (character === '"') place = endOfString(texts, place);
    else if (character === '(' || character === '[') depth++;
    else if ((character === ')' || character === ']') && --depth === 0) {
      found.push(texts.slice(begin, place + 1).trim());
      begin = place + 1;
    }
  }
  if (depth !== 0 || texts.slice(begin).trim() !== '') throw new Error('not a derivation');
  return found;
}

function bodyOf(text: string): string {
  const body = text.startsWith('DrvWithVersion(') ? text.slice(text.indexOf(',') + 1) : text.replace(/^Derive\(/, '');
  if (body === text) throw new Error('not a derivation');
  return body;
}

function strings(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? '');
}

/** Reads `[a,b,…]` at `start` and gives its elements' texts and the place after the closing bracket. */
function readList(text: string, start: number): [string[], number] {
  if (text[start] !== '[') throw new Error('not a derivation');
  const elements: string[] = [];
  let depth = 0;
  let begin = start + 1;
  for (let place = start; place < text.length; place++) {
    const character = text[place];
    if (character === '"') place = endOfString(text, place);
    else if (character === '[' || character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ',' && depth === 1) {
      elements.push(text.slice(begin, place));
      begin = place + 1;
    } else if (character === ']' && --depth === 0) {
      if (place > begin) elements.push(text.slice(begin, place));
      return [elements, place + 1];
    }
  }
  throw new Error('not a derivation');
}

function endOfString(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place++) {
    if (text[place] === '\\') place++;
    else if (text[place] === '"') return place;
  }
  throw new Error('not a derivation');
}

import { createHash } from 'node:crypto';

/** A file tree; names and texts are byte strings (latin1). */
export type Tree = { readonly [name: string]: Tree | Leaf };
export type Leaf =
  | { readonly kind: 'file'; readonly contents: string; readonly executable: boolean }
  | { readonly kind: 'symlink'; readonly target: string };

export const isLeaf = (node: Tree | Leaf): node is Leaf => typeof (node as Leaf).kind === 'string';

/** SHA-256 of a tree's NAR, in hexadecimal: written straight from the format's grammar, as a second opinion. */
export function narHash(tree: Tree): string {
  return createHash('sha256')
    .update(Buffer.from(string('nix-archive-1') + node(tree), 'latin1'))
    .digest('hex');
}

function string(text: string): string {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return length.toString('latin1') + text + '\0'.repeat((8 - (text.length % 8)) % 8);
}

function node(value: Tree | Leaf): string {
  return string('(') + string('type') + body(value) + string(')');
}

function body(value: Tree | Leaf): string {
  if (!isLeaf(value)) {
    const entries = Object.keys(value)
      .sort((one, other) => Buffer.compare(Buffer.from(one, 'latin1'), Buffer.from(other, 'latin1')))
      .map(
        (name) =>
          string('entry') +
          string('(') +
          string('name') +
          string(name) +
          string('node') +
          node(value[name]!) +
          string(')'),
      );
    return string('directory') + entries.join('');
  }
  if (value.kind === 'symlink') return string('symlink') + string('target') + string(value.target);
  const executable = value.executable ? string('executable') + string('') : '';
  return string('regular') + executable + string('contents') + string(value.contents);
}

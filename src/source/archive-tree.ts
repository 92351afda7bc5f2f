import { createHash } from 'node:crypto';
import { NarWriter } from '../nix/nar.js';
import { gitBarrier, narKey } from './archive-order.js';
import { ArchiveProblem, shown } from './archive-problem.js';
import { Spool } from './archive-spool.js';

export interface Contents {
  readonly size: number;
  /** Pieces in memory, or where they begin in the spool; null when they are hashed and gone. */
  held: Uint8Array[] | number | null;
}

export type Node =
  | { readonly kind: 'directory' }
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'file'; readonly executable: boolean; readonly contents: Contents };

interface Waiting {
  readonly path: readonly string[];
  readonly key: string;
  readonly node: Node;
}

/** Thrown when an entry belongs before one that is hashed already: the archive has to be read once more, all of it held. */
export class OutOfOrder extends Error {}

export interface TreeOptions {
  /** Contents held in memory before entries are hashed or spilled to a temporary file, bytes. */
  readonly memoryBytes: number;
  /** Hash nothing before the end: for archives in an order of their own. */
  readonly holdAll: boolean;
}

/**
 * Takes the entries of an archive in any order and hashes them in a NAR's. Small trees are held and sorted at the end. Once more
 * than the budget has come, what is certain to be next is hashed at once, which for `git archive` is nearly everything.
 */
export class NarTree {
  readonly #memoryBytes: number;
  #holdsAll: boolean;
  readonly #hash = createHash('sha256');
  readonly #nar = new NarWriter(this.#hash);
  readonly #spool = new Spool();
  readonly #nodes = new Map<string, Node>();
  #waiting: Waiting[] = [];
  #isSorted = true;
  #heldBytes = 0;
  #totalBytes = 0;
  #nextFlush: number;
  #lastWritten = '';
  #current: Contents | null = null;

  constructor(options: TreeOptions) {
    this.#memoryBytes = options.memoryBytes;
    this.#holdsAll = options.holdAll;
    this.#nextFlush = options.memoryBytes;
  }

  /** Adds an entry; the contents of a file follow by `contents`. */
  add(path: readonly string[], node: Node): void {
    const key = narKey(path);
    this.#checkParents(path);
    const known = this.#nodes.get(key);
    if (known !== undefined) {
      // A directory may be named after its contents, and again: tar updates its times so.
      if (node.kind === 'directory' && known.kind === 'directory') return;
      throw duplicate(path);
    }
    this.#flushBefore(path);
    if (key < this.#lastWritten) throw new OutOfOrder();
    this.#nodes.set(key, node);
    if (key < (this.#waiting.at(-1)?.key ?? '')) this.#isSorted = false;
    this.#waiting.push({ path, key, node });
    this.#current = node.kind === 'file' ? node.contents : null;
  }

  /** What a hard link leads to. Throws `OutOfOrder` when its contents are hashed and gone. */
  linked(path: readonly string[]): Node {
    const node = this.#nodes.get(narKey(path));
    if (node === undefined || node.kind === 'directory') {
      throw new ArchiveProblem('archive-malformed', `A hard link leads to ${shown(path.join('/'))}, which is no file.`);
    }
    if (node.kind === 'file' && node.contents.held === null) throw new OutOfOrder();
    // Two entries share these contents now: they stay until the end.
    this.#holdsAll = true;
    return node;
  }

  contents(chunk: Uint8Array): void {
    const current = this.#current;
    if (current === null) return;
    this.#totalBytes += chunk.length;
    if (typeof current.held === 'number') {
      this.#spool.append(chunk);
      return;
    }
    current.held?.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > 2 * this.#memoryBytes) this.#spill();
  }

  /** Hashes what is left. Returns the SHA-256 of the NAR. */
  digest(): Buffer {
    this.#sort();
    for (const entry of this.#waiting) this.#write(entry);
    this.#nar.end();
    return this.#hash.digest();
  }

  /** Removes the temporary file, if there is one. */
  close(): void {
    this.#spool.close();
  }

  /** Hashes what is certain now that the archive has got to `path`. */
  #flushBefore(path: readonly string[]): void {
    if (this.#totalBytes < this.#nextFlush) return;
    this.#nextFlush = this.#totalBytes + this.#memoryBytes / 64;
    if (!this.#holdsAll) {
      const place = path.join('/');
      this.#sort();
      let certain = 0;
      for (; certain < this.#waiting.length; certain += 1) {
        const barrier = gitBarrier((this.#waiting[certain] as Waiting).path);
        if (barrier !== null && place < barrier) break;
      }
      for (const entry of this.#waiting.splice(0, certain)) this.#write(entry);
    }
    if (this.#heldBytes > this.#memoryBytes) this.#spill();
  }

  #sort(): void {
    if (this.#isSorted) return;
    this.#waiting.sort((one, other) => (one.key < other.key ? -1 : 1));
    this.#isSorted = true;
  }

  #write({ path, key, node }: Waiting): void {
    this.#lastWritten = key;
    if (node.kind === 'directory') this.#nar.directory(path);
    else if (node.kind === 'symlink') this.#nar.symlink(path, node.target);
    else {
      const { contents } = node;
      this.#nar.file(path, node.executable, contents.size, this.#bytesOf(contents));
      if (this.#holdsAll) return;
      if (Array.isArray(contents.held)) this.#heldBytes -= contents.size;
      contents.held = null;
    }
  }

  #bytesOf({ held, size }: Contents): Iterable<Uint8Array> {
    return typeof held === 'number' ? this.#spool.read(held, size) : (held ?? []);
  }

  /** Moves all contents that wait in memory to the temporary file; those of the entry that is being read last, to go on there. */
  #spill(): void {
    for (const { node } of this.#waiting) {
      if (node.kind !== 'file' || !Array.isArray(node.contents.held)) continue;
      const offset = this.#spool.size;
      for (const chunk of node.contents.held) this.#spool.append(chunk);
      node.contents.held = offset;
    }
    this.#heldBytes = 0;
  }

  #checkParents(path: readonly string[]): void {
    for (let depth = path.length - 1; depth > 0; depth -= 1) {
      const parent = path.slice(0, depth);
      const key = narKey(parent);
      const known = this.#nodes.get(key);
      if (known?.kind === 'directory') return;
      if (known !== undefined) {
        throw new ArchiveProblem(
          'archive-climbs',
          `The archive's entry ${shown(path.join('/'))} goes through ${shown(parent.join('/'))}, which is no directory.`,
        );
      }
      this.#nodes.set(key, { kind: 'directory' });
    }
  }
}

function duplicate(path: readonly string[]): ArchiveProblem {
  return new ArchiveProblem('archive-duplicate', `The archive has the entry ${shown(path.join('/'))} twice.`);
}

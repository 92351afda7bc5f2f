import { type Refused, refused } from '../outcome.js';
import { uncompressed } from './archive-compression.js';
import { ArchiveProblem, shown } from './archive-problem.js';
import { ByteReader } from './archive-reader.js';
import { readTar, type TarEntry, type TarVisitor } from './archive-tar.js';
import { type Contents, NarTree, type Node, OutOfOrder } from './archive-tree.js';

export interface ArchiveOptions {
  /** fetchzip's `stripRoot`: the archive must hold exactly one top folder, which becomes the root. */
  readonly stripRoot: boolean;
  readonly limits?: Partial<ArchiveLimits>;
}

export interface ArchiveLimits {
  /** Unpacked, bytes: a kernel tree has 1.5 GB. */
  readonly maxBytes: number;
  readonly maxEntries: number;
  /** Contents held in memory while they wait for their place in the NAR, bytes. */
  readonly memoryBytes: number;
}

const defaults: ArchiveLimits = { maxBytes: 8 * 1024 ** 3, maxEntries: 1_000_000, memoryBytes: 64 * 1024 ** 2 };

export interface ArchiveHash {
  readonly outcome: 'hashed';
  /** SHA-256 of the NAR, 32 bytes. */
  readonly digest: Uint8Array;
  /** Comment of the pax global header: the commit, where `git archive` made it. */
  readonly comment: string | null;
}

/**
 * The hash of what fetchzip would unpack from a tar or tar.gz, without unpacking it: entries are hashed as they stream.
 * (nixpkgs, pkgs/build-support/fetchzip: one top folder, or `stripRoot = false`; of the modes only the owner's exec bit counts.)
 *
 * `open` starts the stream; it is asked a second time only for a large archive in an order of its own. Errors of the stream are
 * thrown on; what is wrong with the archive itself is refused.
 */
export async function hashArchive(
  open: () => Promise<AsyncIterable<Uint8Array>>,
  options: ArchiveOptions,
): Promise<ArchiveHash | Refused> {
  try {
    return await hashOnce(await open(), options, false).catch(async (error: unknown) => {
      if (error instanceof OutOfOrder) return hashOnce(await open(), options, true);
      throw error;
    });
  } catch (error) {
    if (error instanceof ArchiveProblem) return refused(error.code, error.message);
    throw error;
  }
}

async function hashOnce(
  source: AsyncIterable<Uint8Array>,
  options: ArchiveOptions,
  holdAll: boolean,
): Promise<ArchiveHash> {
  const limits = { ...defaults, ...options.limits };
  const tree = new NarTree({ memoryBytes: limits.memoryBytes, holdAll });
  const reader = new ByteReader(limited(uncompressed(source), limits.maxBytes));
  try {
    const unpacking = options.stripRoot ? new StrippedRoot(tree, limits) : new Unpacking(tree, limits);
    const { comment } = await readTar(reader, unpacking);
    unpacking.end();
    return { outcome: 'hashed', digest: tree.digest(), comment };
  } finally {
    tree.close();
    await reader.close();
  }
}

/** Checks each entry as a careful tar would, and puts it into the tree. */
class Unpacking implements TarVisitor {
  protected readonly tree: NarTree;
  readonly #limits: ArchiveLimits;
  #entries = 0;

  constructor(tree: NarTree, limits: ArchiveLimits) {
    this.tree = tree;
    this.#limits = limits;
  }

  entry(entry: TarEntry): void {
    this.#entries += 1;
    if (this.#entries > this.#limits.maxEntries) {
      throw new ArchiveProblem('archive-too-large', `The archive has more than ${this.#limits.maxEntries} entries.`);
    }
    const path = this.place(safePath(entry.path), entry);
    if (path.length > 0) this.tree.add(path, this.#node(entry));
    else if (entry.kind !== 'directory') {
      throw new ArchiveProblem('archive-malformed', 'The archive has an entry without a name.');
    }
  }

  contents(chunk: Uint8Array): void {
    this.tree.contents(chunk);
  }

  end(): void {}

  /** Where an entry with these names goes in the tree; empty for the root. */
  protected place(names: string[], _entry: TarEntry): string[] {
    return names;
  }

  #node(entry: TarEntry): Node {
    switch (entry.kind) {
      case 'directory':
        return { kind: 'directory' };
      case 'hardlink':
        return this.tree.linked(this.place(safePath(entry.target), { ...entry, kind: 'directory' }));
      case 'symlink':
        if (entry.target !== '') return { kind: 'symlink', target: entry.target };
        throw new ArchiveProblem('archive-malformed', `The archive's link ${shown(entry.path)} leads nowhere.`);
      case 'file': {
        const contents: Contents = { size: entry.size, held: [] };
        return { kind: 'file', executable: entry.executable, contents };
      }
    }
  }
}

/** fetchzip's rule: what stands in the only top folder, or the only file in a folder of its own. */
class StrippedRoot extends Unpacking {
  #top: string | null = null;
  #isFile = false;

  protected override place(names: string[], entry: TarEntry): string[] {
    const [top, ...rest] = names;
    if (top === undefined) return [];
    const isFirst = this.#top === null;
    this.#top ??= top;
    if (top !== this.#top) {
      const found = `${shown(this.#top)} and ${shown(top)}`;
      throw new ArchiveProblem('archive-top-folder', `The archive has more than one top entry: ${found}.`);
    }
    if (rest.length > 0 && !this.#isFile) return rest;
    if (rest.length === 0 && entry.kind === 'directory' && !this.#isFile) return [];
    if (isFirst && entry.kind === 'file') {
      this.#isFile = true;
      return [top];
    }
    throw new ArchiveProblem('archive-top-folder', `The archive's top entry ${shown(top)} is no folder.`);
  }

  override end(): void {
    if (this.#top === null) throw new ArchiveProblem('archive-top-folder', 'The archive is empty.');
  }
}

/** The names on a path; `.` and empty ones are nothing. Refuses what leads out of the folder. */
function safePath(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (path.startsWith('/') || names.includes('..')) {
    throw new ArchiveProblem('archive-climbs', `The archive's entry ${shown(path)} leads out of its folder.`);
  }
  if (names.some((name) => name.length > 255)) {
    throw new ArchiveProblem('archive-malformed', `The archive's entry ${shown(path)} has a name of over 255 bytes.`);
  }
  return names;
}

async function* limited(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ArchiveProblem('archive-too-large', `The archive unpacks to more than ${maxBytes} bytes.`);
    }
    yield chunk;
  }
}

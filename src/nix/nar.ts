/** What a NAR is written into: `crypto.Hash`, for one. */
interface Sink {
  update(bytes: Uint8Array): unknown;
}

/**
 * Writes Nix's archive format piece by piece (Nix manual, "Nix Archive (NAR) format"). Names and targets are byte strings: each
 * character is one byte (latin1), because that is what a file system and Nix have. The caller gives the entries of each directory
 * in byte order, depth first, and each path once.
 */
export class NarWriter {
  readonly #sink: Sink;
  /** Names of the directories that are open, the root (without a name) left out. */
  #open: readonly string[] = [];

  constructor(sink: Sink) {
    this.#sink = sink;
    sink.update(magic);
    sink.update(directoryStart);
  }

  /** @param path names from the root; directories on the way are opened as needed */
  directory(path: readonly string[]): void {
    this.#enter(path);
  }

  /** @param contents exactly `size` bytes */
  file(path: readonly string[], executable: boolean, size: number, contents: Iterable<Uint8Array>): void {
    const start = executable ? executableStart : regularStart;
    this.#sink.update(Buffer.concat([this.#entry(path), start, length(size)]));
    for (const chunk of contents) this.#sink.update(chunk);
    this.#sink.update(fileEnds[size % 8] as Buffer);
  }

  symlink(path: readonly string[], target: string): void {
    this.#sink.update(Buffer.concat([this.#entry(path), symlinkStart, string(target), close, close]));
  }

  /** Closes the root. Nothing may follow. */
  end(): void {
    this.#enter([]);
    this.#sink.update(close);
  }

  #entry(path: readonly string[]): Buffer {
    this.#enter(path.slice(0, -1));
    return Buffer.concat([entryStart, string(path.at(-1) ?? ''), node]);
  }

  #enter(directory: readonly string[]): void {
    let shared = 0;
    while (shared < this.#open.length && this.#open[shared] === directory[shared]) shared += 1;
    const closed = this.#open.slice(shared).flatMap(() => [close, close]);
    const opened = directory.slice(shared).flatMap((name) => [entryStart, string(name), node, directoryStart]);
    if (closed.length + opened.length > 0) this.#sink.update(Buffer.concat([...closed, ...opened]));
    this.#open = directory;
  }
}

/** A string of the format: its length as 64 bits, little-endian, its bytes, zeros up to a multiple of eight. */
function string(text: string): Buffer {
  const bytes = Buffer.alloc(8 + text.length + padding(text.length));
  bytes.writeUInt32LE(text.length, 0);
  bytes.write(text, 8, 'latin1');
  return bytes;
}

function length(size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(size));
  return bytes;
}

function padding(size: number): number {
  return (8 - (size % 8)) % 8;
}

function strings(...texts: string[]): Buffer {
  return Buffer.concat(texts.map(string));
}

const magic = strings('nix-archive-1');
const close = strings(')');
const node = strings('node');
const entryStart = strings('entry', '(', 'name');
const directoryStart = strings('(', 'type', 'directory');
const regularStart = strings('(', 'type', 'regular', 'contents');
const executableStart = strings('(', 'type', 'regular', 'executable', '', 'contents');
const symlinkStart = strings('(', 'type', 'symlink', 'target');
/** By the size of the contents modulo eight: their padding, the end of the node, the end of its entry. */
const fileEnds = [...Array(8).keys()].map((size) => Buffer.concat([Buffer.alloc(padding(size)), close, close]));

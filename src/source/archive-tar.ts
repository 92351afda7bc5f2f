import { ArchiveProblem, shown } from './archive-problem.js';
import type { ByteReader } from './archive-reader.js';
import { readHeader, type TarHeader } from './archive-tar-header.js';
import { readPax } from './archive-tar-pax.js';

/** One entry; names and targets are byte strings (latin1), as they stand in the archive. */
export interface TarEntry {
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink';
  readonly path: string;
  /** Of a link. */
  readonly target: string;
  /** The owner's exec bit: the only part of the mode that a NAR keeps. */
  readonly executable: boolean;
  /** Bytes of contents that follow. */
  readonly size: number;
}

export interface TarVisitor {
  entry(entry: TarEntry): void;
  /** Contents of the entry that was visited last, in pieces. */
  contents(chunk: Uint8Array): void;
}

/** Long names and pax headers are a few hundred bytes; this keeps off what would fill the memory. */
const maxExtraHeader = 1024 * 1024;
const block = 512;

/** Settings of the next entry that stand in headers of their own before it. */
interface Overrides {
  path?: string;
  target?: string;
  size?: number;
}

/**
 * Reads a tar: v7, ustar, GNU (long names) and pax, in one pass. The project has its own reader because names must stay bytes and
 * the pax global header must be seen; libraries decode the one and swallow the other.
 *
 * Returns the comment of the pax global header, where `git archive` writes the commit. Throws `ArchiveProblem`.
 */
export async function readTar(reader: ByteReader, visitor: TarVisitor): Promise<{ comment: string | null }> {
  let comment: string | null = null;
  let overrides: Overrides = {};
  for (;;) {
    const header = readHeader(await required(reader, block));
    if (header === null) break;
    switch (header.type) {
      case 'g':
        comment = globalComment(await extra(reader, header)) ?? comment;
        continue;
      case 'x':
        overrides = { ...overrides, ...localOverrides(await extra(reader, header)) };
        continue;
      case 'L':
        overrides = { ...overrides, path: untilZero(await extra(reader, header)) };
        continue;
      case 'K':
        overrides = { ...overrides, target: untilZero(await extra(reader, header)) };
        continue;
    }
    const entry = asEntry(header, overrides);
    overrides = {};
    visitor.entry(entry);
    await copyContents(reader, entry.size, visitor);
  }
  // What follows the end is padding; reading it to the end lets the decompressor check its sum.
  while ((await reader.upTo(1024 * 1024)) !== null);
  return { comment };
}

function asEntry(header: TarHeader, overrides: Overrides): TarEntry {
  const path = overrides.path ?? header.path;
  const target = overrides.target ?? header.target;
  const size = overrides.size ?? header.size;
  const kind = kindOf(header.type, path);
  if (kind !== 'file' && size !== 0) {
    throw new ArchiveProblem('archive-malformed', `The archive's entry ${shown(path)} is a ${kind} with contents.`);
  }
  return { kind, path, target, size, executable: (header.mode & 0o100) !== 0 };
}

function kindOf(type: string, path: string): TarEntry['kind'] {
  switch (type) {
    case '\0':
    case '0':
      // Before ustar a directory was a file whose name ends in a slash; GNU tar still reads it so.
      return path.endsWith('/') ? 'directory' : 'file';
    case '7':
      return 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '5':
      return 'directory';
  }
  throw new ArchiveProblem(
    'archive-entry-unsupported',
    `The archive's entry ${shown(path)} is of type ${JSON.stringify(type)} (a device, a pipe, a sparse file …).`,
  );
}

async function copyContents(reader: ByteReader, size: number, visitor: TarVisitor): Promise<void> {
  let left = size;
  while (left > 0) {
    const chunk = await reader.upTo(left);
    if (chunk === null) throw cutOff();
    visitor.contents(chunk);
    left -= chunk.length;
  }
  await required(reader, padding(size));
}

async function extra(reader: ByteReader, header: TarHeader): Promise<Buffer> {
  if (header.size > maxExtraHeader) {
    throw new ArchiveProblem('archive-malformed', 'The archive has a name or header of more than a megabyte.');
  }
  const contents = await required(reader, header.size);
  await required(reader, padding(header.size));
  return contents;
}

async function required(reader: ByteReader, size: number): Promise<Buffer> {
  const bytes = await reader.exactly(size);
  if (bytes === null) throw cutOff();
  return bytes;
}

function padding(size: number): number {
  return (block - (size % block)) % block;
}

function cutOff(): ArchiveProblem {
  return new ArchiveProblem('archive-cut-off', 'The archive is cut off.');
}

function untilZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
}

function globalComment(bytes: Buffer): string | undefined {
  const records = readPax(bytes);
  for (const key of ['path', 'linkpath', 'size']) {
    if (!records.has(key)) continue;
    throw new ArchiveProblem('archive-entry-unsupported', `The archive's global header sets ${key} for all entries.`);
  }
  return records.get('comment');
}

function localOverrides(bytes: Buffer): Overrides {
  const records = readPax(bytes);
  const sparse = [...records.keys()].find((key) => key.startsWith('GNU.sparse.'));
  if (sparse !== undefined) {
    throw new ArchiveProblem('archive-entry-unsupported', 'The archive holds a sparse file.');
  }
  const path = records.get('path');
  const target = records.get('linkpath');
  const size = records.get('size');
  if (size !== undefined && !/^\d{1,15}$/.test(size)) {
    throw new ArchiveProblem('archive-malformed', 'The archive has a pax header whose size is no number.');
  }
  return {
    ...(path === undefined ? {} : { path }),
    ...(target === undefined ? {} : { target }),
    ...(size === undefined ? {} : { size: Number(size) }),
  };
}

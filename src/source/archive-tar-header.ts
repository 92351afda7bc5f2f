import { ArchiveProblem } from './archive-problem.js';

/** The fields of a 512-byte header that matter here; strings are byte strings (latin1). */
export interface TarHeader {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  /** The type flag, one character. */
  readonly type: string;
  readonly target: string;
}

/** Reads a header block; null for the block of zeros that ends an archive. Throws `ArchiveProblem`. */
export function readHeader(block: Buffer): TarHeader | null {
  if (block.every((byte) => byte === 0)) return null;
  if (checksum(block) !== number(block, 148, 8)) {
    throw new ArchiveProblem('archive-malformed', 'The file is no tar archive, or a damaged one.');
  }
  // Only POSIX' magic is followed by a prefix; GNU's old format keeps times in that place.
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: number(block, 100, 8),
    size: number(block, 124, 12),
    type: block.toString('latin1', 156, 157),
    target: text(block, 157, 100),
  };
}

function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let index = 0; index < 148; index += 1) sum += block[index] as number;
  for (let index = 156; index < 512; index += 1) sum += block[index] as number;
  return sum;
}

function text(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end === -1 ? length : end);
}

/** An octal number, or GNU's base 256 for what does not fit. */
function number(block: Buffer, start: number, length: number): number {
  const field = block.subarray(start, start + length);
  if (field[0] === 0x80) {
    let value = 0;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    if (Number.isSafeInteger(value)) return value;
  }
  const octal = /^ *([0-7]*)[ \0]*$/.exec(field.toString('latin1'))?.[1];
  if (octal !== undefined) return octal === '' ? 0 : Number.parseInt(octal, 8);
  throw new ArchiveProblem('archive-malformed', 'The archive has a header with a number that cannot be read.');
}

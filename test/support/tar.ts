/** Writes tar archives by hand, so that a test can say what no honest program would write. Strings are byte strings (latin1). */
export interface RawEntry {
  readonly name: string;
  /** Type flag; a regular file by default. */
  readonly type?: string;
  readonly mode?: number;
  readonly contents?: string;
  readonly target?: string;
  readonly prefix?: string;
  /** What the header says, where that is not the length of the contents. */
  readonly size?: number;
  /** `ustar` by default; `v7` has no magic, `gnu` another. */
  readonly format?: 'ustar' | 'gnu' | 'v7';
}

const endOfArchive = Buffer.alloc(1024);

export function tar(...entries: RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(entry), endOfArchive]);
}

/** An archive that lacks its end. */
export function unfinishedTar(...entries: RawEntry[]): Buffer {
  return Buffer.concat(entries.map(entry));
}

export function file(name: string, contents = '', mode = 0o644): RawEntry {
  return { name, contents, mode };
}

export function directory(name: string): RawEntry {
  return { name, type: '5', mode: 0o755 };
}

export function symlink(name: string, target: string): RawEntry {
  return { name, type: '2', target, mode: 0o777 };
}

export function hardlink(name: string, target: string): RawEntry {
  return { name, type: '1', target };
}

/** A pax header for the entry that follows (`x`) or for all (`g`). */
export function pax(type: 'x' | 'g', records: Record<string, string>): RawEntry {
  const contents = Object.entries(records)
    .map(([key, value]) => {
      const bare = ` ${key}=${value}\n`;
      let length = bare.length + 1;
      while (`${length}${bare}`.length !== length) length += 1;
      return `${length}${bare}`;
    })
    .join('');
  return { name: 'pax_header', type, contents };
}

/** GNU's long name (`L`) or long link target (`K`) for the entry that follows. */
export function gnuLong(type: 'L' | 'K', text: string): RawEntry {
  return { name: '././@LongLink', type, contents: `${text}\0`, format: 'gnu' };
}

function entry(raw: RawEntry): Buffer {
  const contents = Buffer.from(raw.contents ?? '', 'latin1');
  const header = Buffer.alloc(512);
  header.write(raw.name, 0, 100, 'latin1');
  header.write(octal(raw.mode ?? 0o644, 7), 100, 'latin1');
  header.write(octal(raw.size ?? contents.length, 11), 124, 'latin1');
  header.write(octal(0, 11), 136, 'latin1');
  header.write(' '.repeat(8), 148, 'latin1');
  header.write(raw.type ?? '0', 156, 'latin1');
  header.write(raw.target ?? '', 157, 100, 'latin1');
  const magic = { ustar: 'ustar\x0000', gnu: 'ustar  \0', v7: '' }[raw.format ?? 'ustar'];
  header.write(magic, 257, 'latin1');
  if (raw.prefix !== undefined) header.write(raw.prefix, 345, 155, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  const padding = Buffer.alloc((512 - (contents.length % 512)) % 512);
  return Buffer.concat([header, contents, padding]);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

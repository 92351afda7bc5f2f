import { ArchiveProblem } from './archive-problem.js';

/**
 * The records of a pax extended header, `<length> <key>=<value>\n` each (POSIX pax). Values stay byte strings (latin1).
 * Throws `ArchiveProblem` on anything that is not exactly that.
 */
export function readPax(bytes: Buffer): Map<string, string> {
  const text = bytes.toString('latin1');
  const records = new Map<string, string>();
  let offset = 0;
  while (offset < text.length) {
    const digits = /^\d{1,7}(?= )/.exec(text.slice(offset, offset + 8))?.[0];
    const end = offset + Number(digits ?? 0);
    const record = text.slice(offset + (digits?.length ?? 0) + 1, end - 1);
    const equals = record.indexOf('=');
    if (digits === undefined || end > text.length || text[end - 1] !== '\n' || equals < 1) {
      throw new ArchiveProblem('archive-malformed', 'The archive has a pax header that cannot be read.');
    }
    const value = record.slice(equals + 1);
    if (value.includes('\0') && /path$/.test(record.slice(0, equals))) {
      throw new ArchiveProblem('archive-malformed', 'The archive has a name with a zero byte.');
    }
    records.set(record.slice(0, equals), value);
    offset = end;
  }
  return records;
}

import { parseVersion, type Version } from './version.js';

/**
 * Reads the date of a tag: `20240409`, `2024-04-09`, `2024.4.9`, `2024/04/09` or a work week `24ww43`, and what follows
 * it (`_1`, `.2`, `_test`). A year of two digits is not read: `22/4/24` is a day in 2022 or in 2024.
 */
export function parseDate(text: string): Version | null {
  const found =
    /^(\d{4})(\d{2})(\d{2})(?!\d)(.*)$/s.exec(text) ?? /^(\d{4})[-./_](\d{1,2})[-./_](\d{1,2})(?!\d)(.*)$/s.exec(text);
  if (found !== null) {
    const [, year = '', month = '', day = '', rest = ''] = found;
    return isDay(year, month, day) ? parseVersion(`${year}.${month}.${day}${behind(rest)}`) : null;
  }
  const [, year = '', week = '', rest = ''] = /^(\d{2})ww(\d{2})(?!\d)(.*)$/is.exec(text) ?? [];
  if (week < '01' || week > '53') return null;
  return parseVersion(`${mondayOf(2000 + Number(year), Number(week))}${behind(rest)}`);
}

/** First day of an ISO 8601 week; the week of 4 January is the first. */
function mondayOf(year: number, week: number): string {
  const fourth = new Date(Date.UTC(year, 0, 4));
  const monday = 4 - ((fourth.getUTCDay() + 6) % 7) + (week - 1) * 7;
  return new Date(Date.UTC(year, 0, monday)).toISOString().slice(0, 10).replaceAll('-', '.');
}

/** The UTC day that `unstable-2024-06-13` names, at its end: what is dated on that day is not newer. */
export function endOfDay(date: string): number {
  return Date.parse(`${date}T23:59:59.999Z`);
}

function isDay(year: string, month: string, day: string): boolean {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (y < 1990 || y > 2099 || m < 1 || m > 12) return false;
  return d >= 1 && d <= new Date(Date.UTC(y, m, 0)).getUTCDate();
}

/** A further number of the same day (`.2`, `_1`) is a post-release of it, never a fourth part of the date. */
const behind = (rest: string): string => rest.replace(/^[._]/, '-');

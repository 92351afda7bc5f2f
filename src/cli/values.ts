import { Fault } from '../errors.js';

/** An ISO date or date and time as it was typed. Throws `option-invalid`. */
export function parseDay(text: string, option: string): Date {
  const date = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new Fault('option-invalid', `${option} ${JSON.stringify(text)} is not a date such as 2026-11-20.`, { option });
}

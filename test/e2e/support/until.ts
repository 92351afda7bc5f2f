import { setTimeout } from 'node:timers/promises';

const shortWhile = 100;

/** Looks again and again until there is something, and answers it. @param what is awaited, for the error when it never comes */
export async function until<Answer>(
  what: string,
  look: () => Answer | null | undefined | false | Promise<Answer | null | undefined | false>,
  patienceMs = 60_000,
): Promise<Answer> {
  for (const end = performance.now() + patienceMs; performance.now() < end; await setTimeout(shortWhile)) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
  }
  throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
}

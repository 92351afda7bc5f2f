import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../errors.js';

/** What makes this process the App. Secret. */
export interface AppCredentials {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
}

const schema = z.strictObject({
  appId: z.number().int().positive(),
  privateKey: z.string().min(1),
  webhookSecret: z.string().min(1),
});

/** What the set-up page saved, or null. @throws Fault `setting-invalid` when the file is damaged */
export function readSavedCredentials(dataDirectory: string): AppCredentials | null {
  const path = pathIn(dataDirectory);
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const advice = 'Set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET, or remove the file and register the App again.';
    throw new Fault('setting-invalid', `${path} does not hold the App's credentials. ${advice}`, { path }, cause);
  }
}

/** Saves them for the next start, readable by this user alone, and whole or not at all. */
export function saveCredentials(dataDirectory: string, credentials: AppCredentials): void {
  mkdirSync(dataDirectory, { recursive: true });
  const path = pathIn(dataDirectory);
  const draft = `${path}.new`;
  writeFileSync(draft, JSON.stringify(credentials), { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, 'app.json');
}

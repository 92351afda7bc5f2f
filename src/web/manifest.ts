import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

export const webhookPath = '/api/github/webhooks';

/** The parts of `app.yml` that make a GitHub App manifest. */
const appFile = z.strictObject({
  name: z.string(),
  description: z.string(),
  url: z.url(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
});

export type AppFile = z.output<typeof appFile>;

/** `app.yml` stands at the root of the package, beside `src` and `dist`. */
export async function readAppFile(): Promise<AppFile> {
  return appFile.parse(parse(await readFile(new URL('../../app.yml', import.meta.url), 'utf8')));
}

/**
 * What GitHub is asked to register.
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 *
 * @param baseUrl address on which the server answers, without a slash at the end
 */
export function manifestOf(app: AppFile, baseUrl: string): Record<string, unknown> {
  return {
    ...app,
    hook_attributes: { url: `${baseUrl}${webhookPath}`, active: true },
    redirect_url: `${baseUrl}/probot/setup`,
  };
}

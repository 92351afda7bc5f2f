import { z } from 'zod';
import { agePattern } from '../release/age.js';

/**
 * `.github/modprobot.yml`. This is the one source of the types, of the validation and of `schema/modprobot.schema.json`.
 */

/** Words that stand for kernel sets, besides names of sets. */
export const kernelWords = ['matching', 'neighbours', 'default', 'latest', 'lts', 'all'] as const;

const kernel = z
  .string({ error: unquotedNumber })
  .regex(/^(matching|neighbours|default|latest|lts|all|linux_[a-z0-9_]+)$/, {
    error: `a kernel is one of ${kernelWords.join(', ')}, or a set like linux_6_12`,
  });

const kernels = z.array(kernel).min(1, { error: 'name at least one kernel, or leave the key out' });

const placeholder = /\{(\w*)\}/g;
const placeholders = ['kernel', 'version', 'date', 'series'];

const pattern = z
  .string({ error: unquotedNumber })
  .max(200)
  .regex(/\{(version|date)\}/, { error: 'a pattern holds {version} or {date}' })
  .refine((text) => [...text.matchAll(placeholder)].every((match) => placeholders.includes(match[1] ?? '')), {
    error: 'a pattern knows {kernel}, {version}, {date} and {series} only',
  });

const version = z.string({ error: unquotedNumber }).min(1).max(100);

const minimumReleaseAge = z.string({ error: notALength }).regex(agePattern, { error: notALength });

const notABranch = 'this is not the name of a branch';

const branch = z
  .string({ error: unquotedNumber })
  .max(200)
  // What `git check-ref-format` allows, and no leading dash.
  .regex(/^(?![-/.])(?!.*(\.\.|\/\/|@\{|\/\.|\.lock(\/|$)))[^\s~^:?*[\\]+(?<![/.])$/, { error: notABranch })
  .refine((name) => !/\p{Cc}/u.test(name), { error: notABranch });

const driver = z
  .strictObject({
    pattern: pattern
      .optional()
      .describe('How the tags read, like "v{kernel}-v{version}". By default what the derivation says.'),
    asset: z
      .union([pattern, z.array(pattern).min(1)], {
        error:
          'an asset is a pattern, or a list of them, with {version} or {date} and no other placeholder than {kernel} and {series}',
      })
      .optional()
      .describe(
        'Name of the release asset that is the source, like "module-{kernel}-v{version}.tar.gz"; a list where names differ.',
      ),
    follow: z
      .literal('branch', { error: 'the one thing to follow besides releases is: branch' })
      .optional()
      .describe('Follow a branch, for a driver whose source is pinned to a commit.'),
    branch: branch.optional().describe('Branch to follow. By default the default branch of the upstream.'),
    interval: minimumReleaseAge
      .optional()
      .describe('How long a proposed commit stands before a newer one is proposed: "12h", "3d", "2w". By default 7d.'),
    series: version.optional().describe('Stay in this series: "0.13" takes 0.13.3, not 0.14.0.'),
    ignore: z.array(version).optional().describe('Versions or tags that are never proposed.'),
    allow: z
      .array(version)
      .min(1, { error: 'name at least one version, or leave the key out' })
      .optional()
      .describe('The only versions or tags that are proposed; "1.*" is a form for many.'),
    minimumReleaseAge: minimumReleaseAge
      .optional()
      .describe('How long a release of this driver has to be known, instead of the time above: "0d" takes it at once.'),
    kernels: kernels.optional().describe('Kernel sets to build this driver on, instead of those above.'),
  })
  .refine(({ follow, branch, interval }) => follow === 'branch' || (branch === undefined && interval === undefined), {
    error: '`branch` and `interval` need `follow: branch`',
  });

const attribute = z.string().regex(/^[A-Za-z_][A-Za-z0-9_'-]*$/, { error: 'this is not the name of a Nix attribute' });

export const configSchema = z
  .strictObject({
    base: branch.optional().describe('Branch that pull requests go to. By default the default branch.'),
    kernels: kernels
      .default(['matching', 'neighbours', 'default', 'latest'])
      .describe('Kernel sets that every update is built on.'),
    minimumReleaseAge: minimumReleaseAge
      .optional()
      .describe('How long a release has to be known before it is proposed: "12h", "3d", "2w". By default no time.'),
    drivers: z
      // `v4l2loopback:` without a value is how people write "with the defaults" in YAML.
      .record(
        attribute,
        driver.nullable().transform((options) => options ?? {}),
      )
      .default({})
      .describe('Attributes of the kernel package scope to keep up to date.'),
  })
  .describe('Configuration of Modprobot');

/** A valid configuration, with its defaults. */
export type Config = z.output<typeof configSchema>;
export type DriverOptions = z.output<typeof driver>;

/** YAML reads 6.10 as the number 6.1: such a value is never turned into text silently. */
function unquotedNumber(issue: { readonly input?: unknown }): string | undefined {
  if (typeof issue.input !== 'number') return undefined;
  return `expected text, got the number ${issue.input}: put it in quotes`;
}

function notALength(): string {
  return 'write a length of time such as 12h, 3d or 2w';
}

/** JSON Schema of what a person writes, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  // Draft 7 is what the YAML language server reads best.
  return z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' });
}

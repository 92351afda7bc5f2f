#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { type Answer, exitCodes, print, printable } from './cli/output.js';
import { Fault } from './errors.js';

/**
 * The command `modprobot`: the same steps as the App's, by hand. Every command loads only what it needs, so that
 * `scan` or `choose` answer at once.
 */
const program = new Command('modprobot')
  .description('Keeps out-of-tree kernel modules in nixpkgs up to date: one tag upstream, one checked pull request.')
  .showHelpAfterError('(modprobot <command> --help shows every option)')
  .showSuggestionAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  $ modprobot scan --nixpkgs ~/nixpkgs
  $ modprobot update v4l2loopback --nixpkgs ~/nixpkgs --dry-run
  $ modprobot verify v4l2loopback --nixpkgs ~/nixpkgs --kernels linux_6_12,latest
  $ modprobot serve

Exit codes: 0 done (also: current), 1 fault, 2 refused, 3 waiting, 64 usage.
Settings are environment variables: docs/settings.md.`,
  );

const nixpkgs = () => new Option('--nixpkgs <dir>', 'root of a nixpkgs checkout').makeOptionMandatory();
const json = () => new Option('--json', 'print one JSON object on standard output');
const kernels = () =>
  new Option('--kernels <list>', 'words and sets, separated by commas: matching, default, linux_6_12');

program
  .command('scan')
  .description('every kernel module of the tree, what it follows, and why one follows nothing')
  .addOption(nixpkgs())
  .addOption(json())
  .action(async (flags) => answer(await (await import('./cli/scan.js')).scanCommand(flags), flags));

program
  .command('choose')
  .description('which tag of a list is the next release, with a reason for every tag (offline)')
  .requiredOption('--current <v>', 'a tag, or the version as the derivation writes it')
  .requiredOption('--pattern <p>', 'v{version}, v{kernel}-v{version}, …')
  .requiredOption('--tags <file>', 'a tag per line, optionally its commit and ISO date')
  .option('--series <s>', 'stay in this series: 2.3, or a letter')
  .option('--kernels <list>', 'kernels that nixpkgs has: 6.6,6.12')
  .option('--ignore <list>', 'versions or tags that are never taken')
  .option('--minimum-age <time>', 'how long a release must have been public: 12h, 3d, 2w')
  .option('--now <date>', 'the day to judge ages by')
  .option('--seen <file>', 'tags and the commits that they were seen at')
  .addOption(json())
  .action(async (flags) => answer(await (await import('./cli/choose.js')).chooseCommand(flags), flags));

program
  .command('hash')
  .description('the SRI hash of a file or an archive')
  .argument('<url-or-file>')
  .option('--unpack', 'the NAR of what fetchzip would make of it')
  .addOption(new Option('--engine <engine>').choices(['builtin', 'nix', 'container']).default('builtin'))
  .addOption(json())
  .action(async (target, flags) => answer(await (await import('./cli/hash.js')).hashCommand(target, flags), flags));

program
  .command('update')
  .description('update one module in place: version, hash, and the kernels that it builds on')
  .argument('<attr>', 'attribute of the kernel package scope: v4l2loopback')
  .addOption(nixpkgs())
  .option('--dry-run', 'show the edit, write nothing')
  .option('--to-tag <tag>', 'this tag: order, series and prerelease rules are skipped')
  .option('--to-rev <commit>', 'this commit, for modules that are pinned to one; needs --date')
  .option('--date <day>', 'the date of that commit: 2026-11-20')
  .option('--hash <sri>', 'take this source hash, compute nothing, need no network')
  .addOption(kernels())
  .option('--no-verify', 'build nothing')
  .addOption(json())
  .action(async (attr, flags) => answer(await (await import('./cli/update.js')).updateCommand(attr, flags), flags));

program
  .command('kernels')
  .description('the kernel sets of the tree: live ones, aliases, removed ones')
  .addOption(nixpkgs())
  .option('--for <kernel>', 'which set a release for this kernel belongs to: 6.8')
  .addOption(json())
  .action(async (flags) => answer(await (await import('./cli/kernels.js')).kernelsCommand(flags), flags));

program
  .command('verify')
  .description('build one module on many kernels, before and after')
  .argument('<attr>')
  .addOption(nixpkgs())
  .addOption(kernels())
  .option('--against <rev>', 'git revision of the tree to compare with')
  .addOption(json())
  .action(async (attr, flags) => answer(await (await import('./cli/verify.js')).verifyCommand(attr, flags), flags));

for (const [name, description] of [
  ['serve', 'answer GitHub, and do the work too unless --no-worker is given'],
  ['worker', 'do the work that another process has stored (needs DATABASE_URL)'],
] as const) {
  const command = program.command(name).description(description);
  if (name === 'serve') command.option('--no-worker', 'only answer GitHub');
  command.action(async (flags) => (await import('./cli/serve.js')).serve(name, flags));
}

function answer(given: Answer, flags: { json?: boolean }): void {
  print(given, flags);
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong and what to do next, on standard error. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof Fault) {
    process.stderr.write(`modprobot: ${printable(error.message)} [${error.code}]\n`);
    return error.code === 'option-invalid' ? exitCodes.usage : exitCodes.fault;
  }
  process.stderr.write(`modprobot: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.fault;
}

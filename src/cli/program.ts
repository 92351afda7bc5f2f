import { Command, Option } from 'commander';
import { type Answer, print } from './output.js';

interface Flags {
  readonly json?: boolean;
}

const nixpkgs = () => new Option('--nixpkgs <dir>', 'root of a nixpkgs checkout').makeOptionMandatory();
const json = () => new Option('--json', 'print one JSON object on standard output');
const kernels = () =>
  new Option('--kernels <list>', 'words and sets, separated by commas: matching, neighbours, default, linux_6_12');

/**
 * The command `modprobot` with all its options. Every command loads only what it needs, so that `scan` or `choose` answer at
 * once. Errors in how it is called are thrown as commander's.
 */
export function createProgram(): Command {
  const program = new Command('modprobot')
    .description('Keeps out-of-tree kernel modules in nixpkgs up to date: one tag upstream, one checked pull request.')
    .showHelpAfterError('(modprobot <command> --help shows every option)')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  $ modprobot check --nixpkgs ~/nixpkgs
  $ modprobot explain v4l2loopback --nixpkgs ~/nixpkgs
  $ modprobot update v4l2loopback --nixpkgs ~/nixpkgs --dry-run
  $ modprobot serve

With --json standard output holds one JSON object and nothing else; progress goes to standard error.
Exit codes: 0 done (also: current), 1 fault, 2 refused, 3 waiting, 64 usage.
Settings are environment variables: docs/settings.md.`,
    );
  addReading(program);
  addWorking(program);
  addServing(program);
  return program;
}

/** Commands that look and change nothing. */
function addReading(program: Command): void {
  command(program, 'scan', 'every kernel module of the tree, what it follows, and why one follows nothing', [
    'modprobot scan --nixpkgs ~/nixpkgs',
  ])
    .addOption(nixpkgs())
    .action(async (flags) => answer(await (await import('./scan.js')).scanCommand(flags), flags));

  command(program, 'check', 'which modules are behind their upstream (asks every upstream once)', [
    'modprobot check --nixpkgs ~/nixpkgs',
    'modprobot check v4l2loopback zfs_2_3 --nixpkgs ~/nixpkgs --json',
  ])
    .argument('[attrs...]', 'attributes of the kernel package scope; none: all of them')
    .addOption(nixpkgs())
    .action(async (attrs, flags) => answer(await (await import('./check.js')).checkCommand(attrs, flags), flags));

  command(program, 'explain', 'why a module is, or is not, updated: a verdict for each of its upstream tags', [
    'modprobot explain v4l2loopback --nixpkgs ~/nixpkgs',
  ])
    .argument('<attr>', 'attribute of the kernel package scope: v4l2loopback')
    .addOption(nixpkgs())
    .action(async (attr, flags) => answer(await (await import('./explain.js')).explainCommand(attr, flags), flags));

  command(program, 'choose', 'which tag of a list is the next release, with a reason for every tag (offline)', [
    'git ls-remote --tags --refs URL | sed s,.*refs/tags/,, > tags',
    "modprobot choose --current v6.8-v1.0 --pattern 'v{kernel}-v{version}' --tags tags --kernels 6.6,6.12",
  ])
    .requiredOption('--current <v>', 'a tag, or the version as the derivation writes it')
    .requiredOption('--pattern <p>', 'v{version}, v{kernel}-v{version}, …')
    .requiredOption('--tags <file>', 'a tag per line, optionally its commit and ISO date')
    .option('--series <s>', 'stay in this series: 2.3, or a letter')
    .option('--kernels <list>', 'kernels that nixpkgs has: 6.6,6.12')
    .option('--ignore <list>', 'versions or tags that are never taken')
    .option('--minimum-age <time>', 'how long a release must have been public: 12h, 3d, 2w')
    .option('--now <date>', 'the day to judge ages by')
    .option('--seen <file>', 'tags and the commits that they were seen at')
    .action(async (flags) => answer(await (await import('./choose.js')).chooseCommand(flags), flags));

  command(program, 'kernels', 'the kernel sets of the tree: live ones, aliases, removed ones', [
    'modprobot kernels --nixpkgs ~/nixpkgs --for 6.8',
  ])
    .addOption(nixpkgs())
    .option('--for <kernel>', 'which set a release for this kernel belongs to: 6.8')
    .action(async (flags) => answer(await (await import('./kernels.js')).kernelsCommand(flags), flags));
}

/** Commands that download, build or write. */
function addWorking(program: Command): void {
  command(program, 'hash', 'the SRI hash of a file, or of what an archive unpacks to', [
    'modprobot hash --unpack https://github.com/v4l2loopback/v4l2loopback/archive/refs/tags/v0.15.4.tar.gz',
    'modprobot hash driver.tar.xz --unpack --engine container',
  ])
    .argument('<url-or-file>')
    .option('--unpack', 'the NAR of what fetchzip would make of it')
    .addOption(
      new Option('--engine <engine>', 'who computes it').choices(['builtin', 'nix', 'container']).default('builtin'),
    )
    .action(async (target, flags) => answer(await (await import('./hash.js')).hashCommand(target, flags), flags));

  command(program, 'update', 'update one module in place: version, hash, and the kernels that it builds on', [
    'modprobot update v4l2loopback --nixpkgs ~/nixpkgs --dry-run',
    'modprobot update v4l2loopback --nixpkgs ~/nixpkgs --to-tag v0.15.4 --hash sha256-… --no-verify',
    'modprobot update rtl8821au --nixpkgs ~/nixpkgs --to-rev <40 hex digits> --date 2026-11-20',
  ])
    .argument('<attr>', 'attribute of the kernel package scope: v4l2loopback')
    .addOption(nixpkgs())
    .option('--dry-run', 'show the edit, write nothing')
    .option('--to-tag <tag>', 'this tag (for a URL: the whole URL): order, series and prerelease rules are skipped')
    .option('--to-rev <commit>', 'this commit, for modules that are pinned to one; needs --date')
    .option('--date <day>', 'the date of that commit: 2026-11-20')
    .option('--hash <sri>', 'take this source hash, compute nothing, need no network')
    .addOption(kernels())
    .option('--no-verify', 'build nothing')
    .action(async (attr, flags) => answer(await (await import('./update.js')).updateCommand(attr, flags), flags));

  command(program, 'verify', 'build one module on many kernels, before and after', [
    'modprobot verify v4l2loopback --nixpkgs ~/nixpkgs --kernels linux_6_12,latest',
    'modprobot verify v4l2loopback --nixpkgs ~/nixpkgs --against origin/master',
  ])
    .argument('<attr>', 'attribute of the kernel package scope: v4l2loopback')
    .addOption(nixpkgs())
    .addOption(kernels())
    .option('--against <rev>', 'git revision of the tree to compare with')
    .action(async (attr, flags) => answer(await (await import('./verify.js')).verifyCommand(attr, flags), flags));
}

function addServing(program: Command): void {
  program
    .command('serve')
    .description('answer GitHub, and do the work too unless --no-worker is given')
    .option('--no-worker', 'only answer GitHub')
    .addHelpText('after', examples(['modprobot serve']))
    .action(async (flags) => (await import('./serve.js')).serve('serve', flags));
  program
    .command('worker')
    .description('do the work that another process has stored (needs DATABASE_URL)')
    .addHelpText('after', examples(['DATABASE_URL=postgres://localhost/modprobot modprobot worker']))
    .action(async () => (await import('./serve.js')).serve('worker', {}));
}

function command(program: Command, name: string, description: string, shown: readonly string[]): Command {
  return program.command(name).description(description).addOption(json()).addHelpText('after', examples(shown));
}

function examples(shown: readonly string[]): string {
  return `\nExample${shown.length > 1 ? 's' : ''}:\n${shown.map((line) => `  $ ${line}`).join('\n')}`;
}

function answer(given: Answer, flags: Flags): void {
  print(given, flags);
}

import { Fault } from '../errors.js';
import { parse } from '../nix/syntax/parse.js';
import type { Expression } from '../nix/syntax/tree.js';
import { compareKernels, kernelLine } from '../release/kernel.js';
import type { KernelSet, KernelSets } from './kernel-set.js';
import { type Entries, entriesOf, referredName, thrownSentence, topLevelEntries, unwrap } from './kernel-tree.js';
import { type MainlineTable, type ReadText, type VersionSources, versionOfKernel } from './kernel-version.js';
import { readTree } from './scan-files.js';

const kernelsFile = 'pkgs/top-level/linux-kernels.nix';
const tableFile = 'pkgs/os-specific/linux/kernel/kernels-org.json';

/** Reads the kernel sets of a checkout without Nix. Throws the fault `kernel-sets-unreadable`. */
export function readKernelSets(nixpkgsDir: string): Promise<KernelSets> {
  const readText = readTree(nixpkgsDir);
  return readKernelSetsFrom(async (path) => readText(path));
}

/**
 * Reads the kernel sets of a tree, wherever its files are: those of `linuxKernel.packages` whose version can be told
 * without an evaluation, oldest first, and those that nixpkgs removed, with its own sentences.
 */
export async function readKernelSetsFrom(readText: ReadText): Promise<KernelSets> {
  const top = await readTopLevel(readText);
  const of = (name: string): Entries => entriesOf(top.get(name) ?? nothing, top);
  const aliases = of('packageAliases');
  const sources: VersionSources = { kernels: of('kernels'), aliases, table: await readTable(readText), readText };
  const sets: KernelSet[] = [];
  const removed: { set: string; sentence: string }[] = [];
  for (const [set, expression] of of('packages')) {
    const kernel = kernelBehind(set, expression);
    const sentence = thrownSentence(expression) ?? thrownSentence(sources.kernels.get(kernel) ?? nothing);
    const version = sentence === null ? await versionOf(kernel, sources) : null;
    if (sentence !== null) removed.push({ set, sentence });
    else if (version !== null) sets.push({ set, ...version, aliases: aliasesOf(set, aliases) });
  }
  sets.sort((a, b) => compareKernels(a.version, b.version) || (a.set < b.set ? -1 : 1));
  return { sets, default: aliased('linux_default', aliases), latest: aliased('linux_latest', aliases), removed };
}

const nothing: Expression = { type: 'set', recursive: false, bindings: [], start: 0, end: 0 };

async function readTopLevel(readText: ReadText): Promise<Entries> {
  const text = await readText(kernelsFile);
  if (text === null) throw unreadable('the tree has no such file, so it is no nixpkgs');
  try {
    return topLevelEntries(parse(text));
  } catch (error) {
    throw unreadable('it is no valid Nix', error);
  }
}

/** Trees before 2023 have no table: there every kernel has a file of its own. */
async function readTable(readText: ReadText): Promise<MainlineTable> {
  const text = await readText(tableFile);
  if (text === null) return {};
  try {
    return JSON.parse(text) as MainlineTable;
  } catch (error) {
    throw new Fault('kernel-sets-unreadable', `${tableFile} is no valid JSON.`, { file: tableFile }, error);
  }
}

/** The kernel of `packagesFor kernels.linux_6_12`. */
function kernelBehind(set: string, expression: Expression): string {
  const plain = unwrap(expression);
  const argument = plain.type === 'application' ? plain.arguments[0] : undefined;
  return (argument === undefined ? null : referredName(argument)) ?? set;
}

async function versionOf(
  kernel: string,
  sources: VersionSources,
): Promise<Pick<KernelSet, 'version' | 'branch' | 'lts'> | null> {
  const found = await versionOfKernel(kernel, sources);
  // A real-time or patched version (`6.6.35-rt34`) belongs to the branch of its kernel.
  const branch = found === null ? null : kernelLine(/^[0-9.]*[0-9]/.exec(found.version)?.[0] ?? '');
  return found === null || branch === null ? null : { version: found.version, branch, lts: found.lts };
}

function aliasesOf(set: string, aliases: Entries): string[] {
  return [...aliases].filter(([, target]) => referredName(target) === set).map(([alias]) => alias);
}

function aliased(alias: string, aliases: Entries): string {
  const target = aliases.get(alias);
  const set = target === undefined ? null : referredName(target);
  if (set === null) throw unreadable(`packageAliases.${alias} names no kernel set`);
  return set;
}

function unreadable(why: string, cause?: unknown): Fault {
  return new Fault('kernel-sets-unreadable', `${kernelsFile} cannot be read: ${why}.`, { file: kernelsFile }, cause);
}

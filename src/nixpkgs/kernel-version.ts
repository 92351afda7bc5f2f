import { posix } from 'node:path';
import { childrenOf } from '../nix/syntax/children.js';
import { parse } from '../nix/syntax/parse.js';
import { type Assignment, type Expression, type Node, staticName } from '../nix/syntax/tree.js';
import { compareKernels, kernelLine } from '../release/kernel.js';
import { type Entries, functionName, referredName, staticText, unwrap } from './kernel-tree.js';

/** Text of a file of the tree by its path relative to the root; null when there is none. */
export type ReadText = (path: string) => Promise<string | null>;

export interface KernelVersion {
  readonly version: string;
  readonly lts: boolean;
}

/** What `kernels-org.json` says of a branch. */
export type MainlineTable = Readonly<Record<string, { readonly version: string; readonly lts?: boolean }>>;

/** What the versions of one tree are read from. */
export interface VersionSources {
  readonly kernels: Entries;
  readonly aliases: Entries;
  readonly table: MainlineTable;
  readonly readText: ReadText;
}

const kernelFolder = 'pkgs/os-specific/linux/kernel';

/**
 * The version of a kernel, read without Nix: from the table of mainline kernels, from the table of hardened ones, or from
 * the only version that its own file names. Null where that takes an evaluation.
 */
export async function versionOfKernel(name: string, sources: VersionSources, depth = 0): Promise<KernelVersion | null> {
  const expression = sources.kernels.get(name);
  if (expression === undefined || depth > 5) return null;
  const branch = staticAssignments(expression, 'branch')[0];
  if (branch === 'testing') return testingVersion(sources, depth);
  if (branch !== undefined) return fromTable(branch, sources.table);
  const plain = unwrap(expression);
  if (plain.type === 'application' && functionName(plain) === 'hardenedKernelFor') {
    return hardenedVersion(plain.arguments[0], sources, depth);
  }
  const file = pathIn(expression, sources.kernels);
  return file === null ? null : versionInFile(file, variantOf(expression), sources.readText);
}

function fromTable(branch: string, table: MainlineTable): KernelVersion | null {
  const row = Object.hasOwn(table, branch) ? table[branch] : undefined;
  return row === undefined ? null : { version: row.version, lts: row.lts ?? false };
}

/** The kernel under test, or the latest one when that has caught up with it. */
async function testingVersion(sources: VersionSources, depth: number): Promise<KernelVersion | null> {
  const testing = fromTable('testing', sources.table);
  const alias = sources.aliases.get('linux_latest');
  const name = alias === undefined ? null : referredName(alias);
  const latest = name === null ? null : await versionOfKernel(name, sources, depth + 1);
  const line = testing === null ? null : kernelLine(testing.version);
  return latest !== null && line !== null && compareKernels(latest.version, line) >= 0 ? latest : testing;
}

/** `hardenedKernelFor kernels.linux_6_12 { }`: the patched version of that kernel's branch. */
async function hardenedVersion(
  base: Expression | undefined,
  sources: VersionSources,
  depth: number,
): Promise<KernelVersion | null> {
  const kernel = base === undefined ? null : await versionOfKernel(kernelNamed(base, sources), sources, depth + 1);
  const text = await sources.readText(`${kernelFolder}/hardened/patches.json`);
  if (kernel === null || text === null) return null;
  const table = JSON.parse(text) as MainlineTable;
  return fromTable(kernel.version.split('.').slice(0, 2).join('.'), table);
}

/** `kernels.linux_6_12`, or `packageAliases.linux_default.kernel` by what the alias means. */
function kernelNamed(expression: Expression, { aliases }: VersionSources): string {
  const plain = unwrap(expression);
  const path = plain.type === 'selection' ? plain.path.map(staticName) : [];
  const alias = path.at(-1) === 'kernel' ? aliases.get(path.at(-2) ?? '') : undefined;
  return (alias === undefined ? referredName(plain) : referredName(alias)) ?? '';
}

/** The file that the kernel is called from, through a name that stands beside it (`zenKernels { … }`). */
function pathIn(expression: Expression, kernels: Entries): string | null {
  for (const node of nodesOf(expression)) {
    if (node.type === 'path')
      return resolve(node.parts.map((part) => (part.type === 'text' ? part.value : '?')).join(''));
    const neighbour = node.type === 'variable' ? kernels.get(node.name) : undefined;
    const path = neighbour === undefined ? undefined : [...nodesOf(neighbour)].find((inner) => inner.type === 'path');
    if (path?.type === 'path')
      return resolve(path.parts.map((part) => (part.type === 'text' ? part.value : '?')).join(''));
  }
  return null;
}

/** Paths in `linux-kernels.nix` are relative to its folder; none may lead out of the tree. */
function resolve(path: string): string | null {
  const resolved = posix.join('pkgs/top-level', path);
  return resolved.startsWith('pkgs/') && !resolved.includes('?') ? resolved : null;
}

/** `zen` of `zenKernels { variant = "zen"; }` and of `(zenKernels { }).zen`. */
function variantOf(expression: Expression): string | null {
  const plain = unwrap(expression);
  return staticAssignments(expression, 'variant')[0] ?? (plain.type === 'selection' ? referredName(plain) : null);
}

async function versionInFile(path: string, variant: string | null, readText: ReadText): Promise<KernelVersion | null> {
  const text = await readText(path);
  if (text === null) return null;
  const { root } = parse(text);
  const part = variant === null ? root : assignmentsTo(root, variant, `${variant}Variant`)[0]?.value;
  const versions = new Set(part === undefined ? [] : staticAssignments(part, 'version'));
  const [version] = versions;
  return version === undefined || versions.size > 1 ? null : { version, lts: false };
}

/** The texts that a name is bound to, anywhere inside. */
function staticAssignments(expression: Expression, name: string): string[] {
  return assignmentsTo(expression, name).flatMap(({ value }) => staticText(value) ?? []);
}

function assignmentsTo(expression: Expression, ...names: readonly string[]): Assignment[] {
  return [...nodesOf(expression)].filter((node): node is Assignment => {
    if (node.type !== 'assignment' || node.path.length !== 1) return false;
    const [name] = node.path;
    return name !== undefined && names.includes(staticName(name) ?? '');
  });
}

function* nodesOf(root: Node): Generator<Node> {
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    waiting.push(...[...childrenOf(node)].reverse());
  }
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GitHub } from '../support/github/index.js';

type Files = NonNullable<Parameters<GitHub['createRepository']>[0]['files']>;

const configuration = `# What Modprobot does on this fork.
kernels: [all]
drivers:
  pulse: {}
`;

/** The files of the demo's nixpkgs fork: the project's small nixpkgs, with the driver and the App's configuration in it. */
export async function forkFiles(nixpkgs: string, hash: string): Promise<Files> {
  const files = await readTree(nixpkgs);
  const scope = 'pkgs/top-level/linux-kernels.nix';
  const modules = await readFile(join(nixpkgs, scope), 'utf8');
  const derivation = await readFile(fileURLToPath(new URL('pulse.nix', import.meta.url)), 'utf8');
  const registered = '        pulse = callPackage ../os-specific/linux/pulse { };\n\n';
  return {
    ...files,
    [scope]: modules.replace(/^ *v4l2loopback = callPackage/m, (line) => `${registered}${line}`),
    'pkgs/os-specific/linux/pulse/default.nix': derivation.replace('@hash@', hash),
    '.github/modprobot.yml': configuration,
  };
}

/** Files of a folder by their paths relative to it; those that can be executed stay so. */
async function readTree(root: string): Promise<Files> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map(async (path) => {
    const content = await readFile(path);
    const executable = ((await stat(path)).mode & 0o100) !== 0;
    return [relative(root, path), executable ? { executable: content } : content] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

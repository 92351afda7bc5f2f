import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const configuration = `# What Modprobot does on this fork.
kernels: [all]
drivers:
  pulse: {}
`;

/** The files of the demo's nixpkgs fork: the project's small nixpkgs, with the driver and the App's configuration in it. */
export async function forkFiles(nixpkgs: string, hash: string): Promise<Record<string, string>> {
  const files = await readTree(nixpkgs);
  const scope = 'pkgs/top-level/linux-kernels.nix';
  const derivation = await readFile(fileURLToPath(new URL('pulse.nix', import.meta.url)), 'utf8');
  const registered = '        pulse = callPackage ../os-specific/linux/pulse { };\n\n';
  return {
    ...files,
    [scope]: (files[scope] ?? '').replace(/^ *v4l2loopback = callPackage/m, (line) => `${registered}${line}`),
    'pkgs/os-specific/linux/pulse/default.nix': derivation.replace('@hash@', hash),
    '.github/modprobot.yml': configuration,
  };
}

/** Text files of a folder by their paths relative to it. */
async function readTree(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(async (file) => [relative(root, file), await readFile(file, 'utf8')] as const),
  );
  return Object.fromEntries(texts);
}

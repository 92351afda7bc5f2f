import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Files, readFolder } from '../support/folder.js';

const configuration = `# What Modprobot does on this fork.
kernels: [all]
drivers:
  pulse: {}
`;

/** The files of the demo's nixpkgs fork: the project's small nixpkgs, with the driver and the App's configuration in it. */
export async function forkFiles(nixpkgs: string, hash: string): Promise<Files> {
  const files = await readFolder(nixpkgs);
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

import type { Forge } from './forge.js';

/** The file that only nixpkgs has: without it in the default branch the App listens to a repository and writes nothing. */
const landmark = 'pkgs/top-level/linux-kernels.nix';

/** Whether the repository is a fork of nixpkgs, by what is in it and not by its name. */
export async function isNixpkgs(forge: Forge): Promise<boolean> {
  const { defaultBranch } = await forge.repository();
  return (await forge.readFile(landmark, defaultBranch)) !== null;
}

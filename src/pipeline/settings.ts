import type { Settings } from '../config/settings.js';
import type { VerifySettings } from '../verify/verify.js';

/** A full nixpkgs evaluates in seconds and a driver builds in minutes; beyond these something is wrong. */
const limits = { evaluationMs: 10 * 60_000, buildMs: 60 * 60_000, parallel: 2 } as const;

/** How the operator wants kernels to be verified, on the system on which Nix runs. */
export function verifySettings({ buildDependencies }: Pick<Settings, 'buildDependencies'>): VerifySettings {
  return { ...limits, allowOtherBuilds: buildDependencies === 'allowed', system: null };
}

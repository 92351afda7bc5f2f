import type { AbsentFacts, PackageFacts, SetFacts } from '../nix/facts.js';

/** Why an attribute is not there in a kernel set, in nixpkgs' words where it has any. */
export function absence(
  set: string,
  attr: string,
  setFacts: SetFacts | undefined,
  attrFacts: PackageFacts | AbsentFacts | undefined,
): string {
  if (setFacts === undefined || setFacts.state === 'missing') return `nixpkgs has no linuxKernel.packages.${set}`;
  if (setFacts.state !== 'present') return setFacts.sentence || `linuxKernel.packages.${set} cannot be evaluated`;
  if (attrFacts === undefined || attrFacts.state === 'missing') return `${set} has no attribute ${attr}`;
  if (attrFacts.state === 'null') return `nixpkgs offers no ${attr} for this kernel`;
  if (attrFacts.state === 'no-derivation') return `${attr} is not a package`;
  return ('sentence' in attrFacts && attrFacts.sentence) || `${attr} cannot be evaluated for this kernel`;
}

/** Why nixpkgs would refuse to build it; null when it would not. */
export function refusalOf(facts: PackageFacts, system: string): string | null {
  const where = facts.position === null ? '' : ` (${facts.position})`;
  if (facts.broken) return `marked as broken for this kernel${where}`;
  if (facts.unsupported) return `not available on ${system}${where}`;
  if (facts.unfree) return `has an unfree license${where}`;
  if (facts.insecure) return `marked as insecure${where}`;
  return null;
}

/** Whether `meta.broken` is all that stands against building it: `allowBroken` lets Nix try. */
export function isOnlyBroken({ broken, unsupported, unfree, insecure }: PackageFacts): boolean {
  return broken && !unsupported && !unfree && !insecure;
}

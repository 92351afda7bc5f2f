import { checklist } from './body/checklist.js';
import { disclosure } from './body/disclosure.js';
import { kernels } from './body/kernels.js';
import { lookAt } from './body/look-at.js';
import { title } from './body/markdown.js';
import { formatMarker, type Marker, opening } from './body/marker.js';
import { foldToFit } from './body/section.js';
import { shared } from './body/shared.js';
import { sourceHash } from './body/source-hash.js';
import { summary } from './body/summary.js';
import { whatChanges } from './body/what-changes.js';
import type { Update, Verification } from './update.js';

/** GitHub refuses the text of a pull request that is longer, in characters. */
const longestBody = 65_536;

export interface BodyFacts {
  readonly update: Update;
  readonly verification: Verification;
  readonly marker: Marker;
  /** The fork that the pull request is on. */
  readonly repository: { readonly owner: string; readonly name: string };
  /** Bytes that people wrote around it. */
  readonly taken: number;
}

/** The App's part of a pull request's text, from its opening comment to its marker. */
export function body({ update, verification, marker, repository, taken }: BodyFacts): string {
  const sections = [
    { full: opening, brief: null },
    summary(verification),
    whatChanges(update),
    sourceHash(update),
    kernels(verification),
    shared(verification),
    lookAt(update, verification),
    checklist(update, verification),
    disclosure(repository),
    { full: formatMarker(marker), brief: null },
  ];
  return foldToFit(sections, longestBody - taken);
}

/** `linuxPackages.<attr>: <old> -> <new>`: the subject of the commit and the title of the pull request. */
export function subject({ plan }: Pick<Update, 'plan'>): string {
  return title(`linuxPackages.${plan.attr}: ${plan.version.from} -> ${plan.version.to}`);
}

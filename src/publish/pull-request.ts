import { isFault } from '../errors.js';
import type { Forge } from '../github/forge.js';
import type { Refused } from '../outcome.js';
import { draftReasons } from './body/draft-reasons.js';
import { type Marker, replaceOwnPart } from './body/marker.js';
import { byteLength } from './body/section.js';
import { body, subject } from './body.js';
import { findExisting, type OwnPullRequest } from './existing.js';
import { branchOf, type Update, type Verification } from './update.js';

export interface OpenedPullRequest {
  readonly outcome: 'created' | 'updated' | 'unchanged';
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly draft: boolean;
}

interface Input {
  readonly update: Update;
  readonly verification: Verification;
}

/**
 * Opens the one pull request of the update's branch, or brings the open one up to date. It is a draft when its own
 * kernel did not build, when something that was built before fails now, or when nothing was built.
 */
export async function openPullRequest(input: Input, forge: Forge): Promise<OpenedPullRequest | Refused> {
  const existing = await findExisting(input.update, forge);
  if (existing.outcome === 'refused') return existing;
  if (existing.open !== null) return updatePullRequest(input, existing.open, forge);
  try {
    return await createPullRequest(input, forge);
  } catch (fault) {
    if (!isFault(fault, 'github-invalid') && !isFault(fault, 'github-unavailable')) throw fault;
    return takeUp(input, { fault, forge });
  }
}

/** An answer that was lost may have made it; and GitHub refuses a second pull request from one branch. */
async function takeUp(
  input: Input,
  { fault, forge }: { fault: unknown; forge: Forge },
): Promise<OpenedPullRequest | Refused> {
  const existing = await findExisting(input.update, forge);
  if (existing.outcome === 'refused') return existing;
  if (existing.open === null) throw fault;
  return updatePullRequest(input, existing.open, forge);
}

async function createPullRequest({ update, verification }: Input, forge: Forge): Promise<OpenedPullRequest> {
  const draft = draftReasons(verification).length > 0;
  const { number, url, title } = await forge.createPullRequest({
    head: branchOf(update),
    base: update.base.branch,
    title: subject(update),
    body: body({ update, verification, marker: markerOf(update, draft), repository: forge, taken: 0 }),
    draft,
  });
  return { outcome: 'created', number, url, title, draft };
}

async function updatePullRequest(input: Input, open: OwnPullRequest, forge: Forge): Promise<OpenedPullRequest> {
  const { update, verification } = input;
  const next = nextDraft(open, { version: update.plan.version.to, wanted: draftReasons(verification).length > 0 });
  const around = byteLength(replaceOwnPart(open.body, ''));
  const own = body({ update, verification, marker: markerOf(update, next.byApp), repository: forge, taken: around });
  const text = { title: subject(update), body: replaceOwnPart(open.body, own) };
  const sameText = text.title === open.title && text.body === open.body.replaceAll('\r\n', '\n');
  if (next.draft && !open.draft) await forge.convertToDraft(open);
  if (!next.draft && open.draft) await forge.markReadyForReview(open);
  if (!sameText) await forge.updatePullRequest(open.number, text);
  const outcome = sameText && next.draft === open.draft ? 'unchanged' : 'updated';
  return { outcome, number: open.number, url: open.url, title: text.title, draft: next.draft };
}

function markerOf({ plan, base }: Update, draft: boolean): Marker {
  return { attr: plan.attr, base: base.branch, version: plan.version.to, draft };
}

/**
 * What a person decided stands: a draft that the App did not make stays one, and what a person marked as ready stays
 * ready for that version. The next version is judged anew.
 */
function nextDraft(
  open: Pick<OwnPullRequest, 'draft' | 'marker'>,
  { version, wanted }: { readonly version: string; readonly wanted: boolean },
): { readonly draft: boolean; readonly byApp: boolean } {
  const byApp = open.marker?.draft ?? open.draft;
  if (open.draft && !byApp) return { draft: true, byApp: false };
  if (!open.draft && byApp && open.marker?.version === version) return { draft: false, byApp };
  return { draft: wanted, byApp: wanted };
}

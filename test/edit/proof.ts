import type { EditPlan } from '../../src/edit/edit.js';
import type { StubAnswer } from './stubs.js';

/** Arguments of a fetcher that an edit may change. */
const mayChange = new Set(['rev', 'tag', 'url', 'hash', 'sha256']);

/**
 * Holds what Nix evaluates before and after edits against their plans: exactly the release that was asked for, on every
 * kernel, and no other argument of the source changed.
 */
export function expectProved(
  plans: ReadonlyMap<string, EditPlan>,
  { before, after, hash }: { readonly before: StubAnswer; readonly after: StubAnswer; readonly hash: string },
): void {
  for (const kernel of Object.keys(after)) {
    for (const [attr, plan] of plans) {
      const [old, current] = [before[kernel]?.[attr], after[kernel]?.[attr]];
      const [from, to] = [old?.source ?? {}, current?.source ?? {}];
      expect({ attr, hash: to.hash ?? to.sha256 }).toEqual({ attr, hash });
      const revision = String(to.rev ?? to.url).replace(/^refs\/tags\//, '');
      const isArchiveOfCommit = plan.source.fetcher === 'fetchzip' && plan.source.commit !== undefined;
      expect({ attr, holds: isArchiveOfCommit ? revision.includes(plan.rev) : revision === plan.rev }).toEqual({
        attr,
        holds: true,
      });
      expect({ attr, version: current?.version ?? current?.name }).toEqual({
        attr,
        version: (old?.version ?? old?.name)?.replace(plan.version.from, plan.version.to),
      });
      const stray = Object.keys({ ...from, ...to }).filter((name) => from[name] !== to[name] && !mayChange.has(name));
      expect({ attr, stray }).toEqual({ attr, stray: [] });
    }
  }
}

import { Fault } from '../errors.js';
import type { CheckReport, Forge } from '../github/forge.js';
import type { BuiltModule, Verdict } from '../verify/verdict.js';
import { change, details } from './body/kernel-table.js';
import { code, prose } from './body/markdown.js';
import { foldToFit } from './body/section.js';
import type { Update } from './update.js';

/** The check run of every kernel set of one commit, by the set's name. */
export type Checks = ReadonlyMap<string, number>;

/** GitHub refuses a longer one, in characters. */
const longestSummary = 65_535;

const conclusions = {
  same: 'success',
  fixed: 'success',
  regression: 'failure',
  'still failing': 'neutral',
  unavailable: 'skipped',
  'not built': 'skipped',
} as const satisfies Record<Verdict['status'], CheckReport['state']>;

/**
 * One check run per set, `queued`. A set that has one from an earlier run on this commit keeps it, set back to `queued`.
 */
export async function queueChecks(
  { update, commit, sets }: { readonly update: Update; readonly commit: string; readonly sets: readonly string[] },
  forge: Forge,
): Promise<Checks> {
  const known = new Map((await forge.checkRuns(commit)).map(({ id, externalId }) => [externalId, id]));
  const report: CheckReport = { state: 'queued', title: 'Waiting for its turn', summary: 'Not built yet.' };
  const checks = new Map<string, number>();
  for (const set of sets) {
    const externalId = `${update.base.branch}/${update.plan.attr}/${set}`;
    const id = known.get(externalId);
    if (id !== undefined) await forge.updateCheckRun(id, report);
    checks.set(
      set,
      id ?? (await forge.createCheckRun({ name: `modprobot / ${set}`, sha: commit, externalId, ...report })),
    );
  }
  return checks;
}

/** Shows what is being done for a set: "compiling". */
export async function reportProgress(
  { checks, set, doing }: { readonly checks: Checks; readonly set: string; readonly doing: string },
  forge: Forge,
): Promise<void> {
  await forge.updateCheckRun(idOf(checks, set), { state: 'in_progress', title: doing, summary: 'Being built.' });
}

/** Writes what each kernel said: `success`, `failure`, `neutral` for what failed before too, `skipped` without a build. */
export async function completeChecks(
  {
    checks,
    verdicts,
    system,
  }: { readonly checks: Checks; readonly verdicts: readonly Verdict[]; readonly system: string | null },
  forge: Forge,
): Promise<void> {
  for (const verdict of verdicts) {
    await forge.updateCheckRun(idOf(checks, verdict.set), checkReport(verdict, system));
  }
}

/** Ends the checks of an update that cannot be verified for now, so that none waits for ever; a later run takes them up. */
export async function abandonChecks(
  { checks, reason }: { readonly checks: Checks; readonly reason: string },
  forge: Forge,
): Promise<void> {
  for (const id of checks.values()) {
    await forge.updateCheckRun(id, { state: 'neutral', title: 'Not verified', summary: prose(reason) });
  }
}

/** Pure: what the check of one set says. */
export function checkReport(verdict: Verdict, system: string | null): CheckReport {
  const { set, version, status, modules, ms } = verdict;
  const where = system === null ? '' : ` on ${code(system)}`;
  const modulesBuilt = modules.map(moduleLine).join('\n');
  const sections = [
    { full: `${code(set)} (${code(version)})${where}: ${change(verdict)}, ${status}.`, brief: null },
    { full: details(verdict), brief: null },
    { full: modulesBuilt, brief: `${modules.length} modules were built.` },
    { full: `Took ${(ms / 1000).toFixed(1)} s.`, brief: null },
  ];
  const summary = foldToFit(sections, longestSummary);
  return { state: conclusions[status], title: `${change(verdict)} (${status})`, summary };
}

function moduleLine({ name, vermagic, version, license }: BuiltModule): string {
  const says = [...(version ? [`version ${code(version)}`] : []), ...(license ? [`license ${code(license)}`] : [])];
  return `- ${[code(name), ...says, `made for ${code(vermagic)}`].join(', ')}`;
}

function idOf(checks: Checks, set: string): number {
  const id = checks.get(set);
  if (id === undefined) throw new Fault('bug', `The kernel set ${set} has no check run: it was never queued.`, { set });
  return id;
}

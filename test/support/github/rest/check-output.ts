import { invalid } from '../http/reply.js';
import type { Annotation, CheckAction, CheckRun } from '../model/checks.js';
import type { World } from '../world.js';

export interface AskedRun {
  readonly name?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly status?: CheckRun['status'];
  readonly conclusion?: CheckRun['conclusion'];
  readonly started_at?: string;
  readonly completed_at?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary: string;
    readonly text?: string;
    readonly annotations?: readonly Annotation[];
  };
  readonly actions?: readonly CheckAction[];
}

const longest = 65_535;
const resource = 'CheckRun';

/** Changes a run as asked, or throws and changes nothing. Annotations are added to those that are there. */
export function applyToRun(world: World, run: CheckRun, asked: AskedRun): void {
  refuse(asked);
  run.name = asked.name ?? run.name;
  run.detailsUrl = asked.details_url ?? run.detailsUrl;
  run.externalId = asked.external_id ?? run.externalId;
  run.actions = asked.actions ?? run.actions;
  if (asked.output) {
    run.title = asked.output.title ?? run.title;
    run.summary = asked.output.summary;
    run.text = asked.output.text ?? run.text;
    run.annotations.push(...(asked.output.annotations ?? []));
  }
  moveOn(world, run, asked);
}

function moveOn(world: World, run: CheckRun, asked: AskedRun): void {
  const status = asked.conclusion ? 'completed' : (asked.status ?? run.status);
  if (status !== 'completed') {
    // A finished run that is started again has no result.
    run.conclusion = null;
    run.completedAt = null;
  }
  run.status = status;
  run.startedAt = asked.started_at ?? run.startedAt ?? world.now();
  if (status !== 'completed') return;
  run.conclusion = asked.conclusion ?? run.conclusion;
  run.completedAt = asked.completed_at ?? run.completedAt ?? world.now();
}

function refuse(asked: AskedRun): void {
  if (asked.status === 'completed' && !asked.conclusion) {
    throw invalid({ resource, field: 'conclusion', code: 'missing_field' });
  }
  if ((asked.actions?.length ?? 0) > 3) throw invalid({ resource, field: 'actions', code: 'invalid' });
  for (const { label, identifier, description } of asked.actions ?? []) {
    if (label.length <= 20 && identifier.length <= 20 && description.length <= 40) continue;
    throw invalid({ resource, field: 'actions', code: 'invalid' });
  }
  const { summary = '', text = '', annotations = [], title } = asked.output ?? {};
  if (asked.output && !title) throw invalid({ resource, field: 'title', code: 'missing_field' });
  if (Buffer.byteLength(summary) > longest) throw invalid({ resource, field: 'summary', code: 'invalid' });
  if (Buffer.byteLength(text) > longest) throw invalid({ resource, field: 'text', code: 'invalid' });
  if (annotations.length > 50) throw invalid({ resource, field: 'annotations', code: 'invalid' });
  for (const { start_line, end_line } of annotations) {
    if (start_line > end_line) throw invalid({ resource, field: 'end_line', code: 'invalid' });
  }
}

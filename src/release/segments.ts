import type { Pattern, Reading } from './pattern.js';

/** A stretch of a name: what a placeholder read, or what stands between placeholders. */
export interface Segment {
  readonly slot: 'kernel' | 'version' | 'date' | null;
  readonly text: string;
}

/**
 * Cuts a name where its pattern read it, so that two names can be laid beside each other. A series counts as plain text.
 * Null when the parts do not make up the name again, as where a pattern has a version and a date.
 */
export function segmentsOf(pattern: Pattern, name: string, reading: Reading): readonly Segment[] | null {
  const segments = pattern.tokens.map((token, at): Segment => {
    if ('literal' in token) {
      const next = pattern.tokens[at + 1];
      const isLettered = pattern.letter !== null && next !== undefined && 'slot' in next && next.slot === 'version';
      return { slot: null, text: isLettered ? token.literal.slice(0, -1) + reading.series : token.literal };
    }
    if (token.slot === 'series') return { slot: null, text: reading.series };
    if (token.slot === 'kernel') return { slot: 'kernel', text: reading.kernel ?? '' };
    return { slot: token.slot, text: reading.version };
  });
  return joined(segments) === name ? segments : null;
}

/** Neighbouring stretches of plain text become one. */
export function merged(segments: readonly Segment[]): readonly Segment[] {
  const list: Segment[] = [];
  for (const segment of segments) {
    const last = list.at(-1);
    if (segment.slot === null && last?.slot === null)
      list[list.length - 1] = { slot: null, text: last.text + segment.text };
    else if (segment.slot !== null || segment.text !== '') list.push(segment);
  }
  return list;
}

export function joined(segments: readonly Segment[]): string {
  return segments.map(({ text }) => text).join('');
}

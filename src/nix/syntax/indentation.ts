import type { Interpolation, StringPart, TextPart } from './tree.js';

/** A piece of an indented string; escaped characters count as content, never as indentation. */
export type IndentedPiece = (TextPart & { readonly escaped: boolean }) | Interpolation;

/**
 * Takes the common indentation off an indented string, and its last line when that is blank.
 * Rule: Nix manual, "String literal"; lines of spaces alone do not count, tabs are content.
 */
export function stripIndentation(pieces: readonly IndentedPiece[]): StringPart[] {
  const width = commonIndentation(pieces);
  const state = { lineStart: true, dropped: 0 };
  return pieces.map((piece, index) => {
    if (piece.type === 'interpolation') {
      state.lineStart = false;
      return piece;
    }
    const stripped = stripText(piece.value, width, state);
    const value = index === pieces.length - 1 ? stripped.replace(/(?<=\n) +$/, '') : stripped;
    return { type: 'text', start: piece.start, end: piece.end, value };
  });
}

function commonIndentation(pieces: readonly IndentedPiece[]): number {
  let smallest = Number.POSITIVE_INFINITY;
  let lineStart = true;
  let current = 0;
  const content = () => {
    if (lineStart) smallest = Math.min(smallest, current);
    lineStart = false;
  };
  for (const piece of pieces) {
    if (piece.type === 'interpolation' || piece.escaped) {
      content();
      continue;
    }
    for (const character of piece.value) {
      if (character === '\n') {
        lineStart = true;
        current = 0;
      } else if (lineStart && character === ' ') {
        current += 1;
      } else {
        content();
      }
    }
  }
  return smallest;
}

function stripText(value: string, width: number, state: { lineStart: boolean; dropped: number }): string {
  const lines = value.split('\n');
  const stripped = lines.map((line, index) => {
    if (index > 0 || state.lineStart) {
      if (index > 0) state.dropped = 0;
      const spaces = line.length - line.replace(/^ +/, '').length;
      const drop = Math.min(spaces, Math.max(0, width - state.dropped));
      state.dropped += spaces;
      state.lineStart = spaces === line.length;
      if (!state.lineStart) state.dropped = 0;
      return line.slice(drop);
    }
    return line;
  });
  return stripped.join('\n');
}

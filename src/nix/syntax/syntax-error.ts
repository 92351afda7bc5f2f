/** Where an offset stands, both 1-based; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The text is not a Nix expression; the message says what was expected, `line` and `column` where. */
export class NixSyntaxError extends Error {
  readonly line: number;
  readonly column: number;
  /** UTF-16 offset into the text. */
  readonly offset: number;

  constructor(message: string, text: string, offset: number) {
    const { line, column } = positionOf(text, offset);
    super(`${message} at ${line}:${column}`);
    this.name = 'NixSyntaxError';
    this.line = line;
    this.column = column;
    this.offset = offset;
  }
}

export function positionOf(text: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

import { Lexer, type Token } from './lexer.js';

/**
 * Nesting that is still read. Real files stay below 100; the bound keeps a hostile one from exhausting the stack.
 */
const maximumDepth = 500;

/** The parser's place in the text: the current token, and how deep the expression is nested. */
export class Cursor {
  readonly lexer: Lexer;
  token: Token;
  /** Where the last consumed token ended. */
  previousEnd = 0;
  private depth = 0;

  constructor(text: string) {
    this.lexer = new Lexer(text);
    this.token = this.lexer.read(0);
  }

  get text(): string {
    return this.lexer.text;
  }

  /** Consumes the current token. */
  advance(): Token {
    const token = this.token;
    this.previousEnd = token.end;
    this.token = this.lexer.read(token.end);
    return token;
  }

  /** Goes on after a string or a path that was read character by character. */
  resumeAt(offset: number): void {
    this.previousEnd = offset;
    this.token = this.lexer.read(offset);
  }

  /** The token after `token`, without consuming anything. */
  after(token: Token): Token {
    return this.lexer.read(token.end);
  }

  at(text: string): boolean {
    return isWord(this.token, text);
  }

  accept(text: string): Token | null {
    return this.at(text) ? this.advance() : null;
  }

  expect(text: string): Token {
    return this.accept(text) ?? this.unexpected(`"${text}"`);
  }

  unexpected(expected: string): never {
    const found = this.token.kind === 'end' ? 'the end of the file' : JSON.stringify(this.token.text);
    return this.fail(`expected ${expected}, found ${found}`, this.token.start);
  }

  fail(message: string, offset: number): never {
    return this.lexer.fail(message, offset);
  }

  /** Runs one level deeper; refuses to go past the bound. */
  nested<Result>(read: () => Result): Result {
    if (this.depth >= maximumDepth) this.fail(`nested more than ${maximumDepth} levels deep`, this.token.start);
    this.depth += 1;
    const result = read();
    this.depth -= 1;
    return result;
  }
}

export function isWord(token: Token, text: string): boolean {
  return (token.kind === 'punctuation' || token.kind === 'keyword') && token.text === text;
}

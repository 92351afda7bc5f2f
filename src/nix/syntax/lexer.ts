import { NixSyntaxError } from './syntax-error.js';
import type { Comment } from './tree.js';

export type TokenKind =
  | 'identifier'
  | 'keyword'
  | 'integer'
  | 'float'
  | 'uri'
  | 'search-path'
  /** Only the place where a path begins: its segments are read by `readPath`. */
  | 'path'
  /** Strings are read by the parser, piece by piece: an interpolation may hold any expression. */
  | 'quote'
  | 'indented-quote'
  | 'punctuation'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const keywords = new Set(['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit', 'or']);
const identifier = /[a-zA-Z_][a-zA-Z0-9_'-]*/y;
const float = /(?:[1-9][0-9]*\.[0-9]*|0?\.[0-9]+)(?:[Ee][+-]?[0-9]+)?/y;
const integer = /[0-9]+/y;
const searchPath = /<[a-zA-Z0-9._+-]+(?:\/[a-zA-Z0-9._+-]+)*>/y;
const uriRest = /[a-zA-Z0-9%/?:@&=+$,\-_.!~*']+/y;
const punctuation = /\.\.\.|\$\{|==|!=|<=|>=|&&|\|\||->|\/\/|\+\+|<\||\|>|[{}()[\];:,.@?=!<>+\-*/]/y;
const whitespace = /[ \t\r\n]+/y;
const lineComment = /#[^\r\n]*/y;

const letter = /[a-zA-Z]/;
const pathCharacter = /[a-zA-Z0-9._+-]/;
const schemeCharacter = /[a-zA-Z0-9+.-]/;

/**
 * Reads tokens on demand by the rules of Nix's own lexer: the longest match wins, so `a/b` is a path, `x:y` a URI and
 * `1.` a float. Stateless but for two caches that keep a long run of characters from being scanned again and again.
 */
export class Lexer {
  readonly text: string;
  readonly comments: Comment[] = [];
  private readonly pathRun: Run;
  private readonly schemeRun: Run;

  constructor(text: string) {
    this.text = text;
    this.pathRun = new Run(text, pathCharacter);
    this.schemeRun = new Run(text, schemeCharacter);
  }

  /** The first token at or after `offset`, past whitespace and comments. */
  read(offset: number): Token {
    const start = this.skipTrivia(offset);
    const first = this.text[start];
    if (first === undefined) return { kind: 'end', start, end: start, text: '' };
    if (first === '"') return this.token('quote', start, start + 1);
    if (first === "'" && this.text[start + 1] === "'") return this.token('indented-quote', start, start + 2);
    return (
      this.readPathOrUri(start, first) ??
      this.match('search-path', searchPath, start) ??
      this.readWord(start) ??
      this.match('float', float, start) ??
      this.match('integer', integer, start) ??
      this.match('punctuation', punctuation, start) ??
      this.fail(`unexpected character ${JSON.stringify(first)}`, start)
    );
  }

  fail(message: string, offset: number): never {
    throw new NixSyntaxError(message, this.text, offset);
  }

  private readPathOrUri(start: number, first: string): Token | null {
    if (first === '~' && this.text[start + 1] === '/' && this.continuesPath(start + 2)) {
      return this.token('path', start, start + 2);
    }
    const slash = this.pathRun.endFrom(start);
    if (this.text[slash] === '/' && this.continuesPath(slash + 1)) return this.token('path', start, slash + 1);
    if (!letter.test(first)) return null;
    const colon = this.schemeRun.endFrom(start);
    if (this.text[colon] !== ':') return null;
    const rest = matchAt(uriRest, this.text, colon + 1);
    return rest === null ? null : this.token('uri', start, colon + 1 + rest.length);
  }

  /** After a slash: a segment or an interpolation, else the slash is an operator. */
  private continuesPath(offset: number): boolean {
    const next = this.text[offset];
    if (next === undefined) return false;
    return pathCharacter.test(next) || (next === '$' && this.text[offset + 1] === '{');
  }

  private readWord(start: number): Token | null {
    const word = matchAt(identifier, this.text, start);
    if (word === null) return null;
    return this.token(keywords.has(word) ? 'keyword' : 'identifier', start, start + word.length);
  }

  private match(kind: TokenKind, pattern: RegExp, start: number): Token | null {
    const found = matchAt(pattern, this.text, start);
    return found === null ? null : this.token(kind, start, start + found.length);
  }

  private token(kind: TokenKind, start: number, end: number): Token {
    return { kind, start, end, text: this.text.slice(start, end) };
  }

  private skipTrivia(offset: number): number {
    let at = offset;
    for (;;) {
      at += matchAt(whitespace, this.text, at)?.length ?? 0;
      const end = this.commentEnd(at);
      if (end === null) return at;
      this.keepComment(at, end);
      at = end;
    }
  }

  private commentEnd(at: number): number | null {
    if (this.text[at] === '#') return at + (matchAt(lineComment, this.text, at)?.length ?? 0);
    if (this.text[at] !== '/' || this.text[at + 1] !== '*') return null;
    const close = this.text.indexOf('*/', at + 2);
    return close === -1 ? this.fail('comment is never closed', at) : close + 2;
  }

  /** Looking ahead reads a comment twice: it is kept once. */
  private keepComment(start: number, end: number): void {
    const last = this.comments.at(-1);
    if (last !== undefined && last.start >= start) return;
    this.comments.push({ start, end, text: this.text.slice(start, end) });
  }
}

/** Where a run of one kind of character ends, remembered for every offset inside it. */
class Run {
  private readonly text: string;
  private readonly character: RegExp;
  private start = 0;
  private end = 0;

  constructor(text: string, character: RegExp) {
    this.text = text;
    this.character = character;
  }

  endFrom(offset: number): number {
    if (offset >= this.start && offset < this.end) return this.end;
    let end = offset;
    for (let next = this.text[end]; next !== undefined && this.character.test(next); next = this.text[end]) end += 1;
    this.start = offset;
    this.end = end;
    return end;
  }
}

/** What a sticky pattern matches at an offset, or null; never the empty string. */
export function matchAt(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? null;
}

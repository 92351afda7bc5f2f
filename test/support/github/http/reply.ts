import type { Readable } from 'node:stream';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; `content-type` stands in the headers. */
  readonly raw?: Buffer | string | Readable;
}

export const ok = (json: unknown): Reply => ({ status: 200, json });
export const created = (json: unknown, headers = {}): Reply => ({ status: 201, json, headers });
export const noContent: Reply = { status: 204 };
export const redirect = (status: number, location: string): Reply => ({
  status,
  headers: { location, 'content-type': 'text/html;charset=utf-8' },
  raw: '',
});

export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  readonly message?: string;
  readonly value?: string;
}

/** An answer that refuses; thrown from anywhere below the dispatcher. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, errors?: readonly FieldError[], headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

export const notFound = () => new Refusal(404, 'Not Found');
export const badCredentials = () => new Refusal(401, 'Bad credentials');
export const unprocessable = (message: string) => new Refusal(422, message);
export const invalid = (...errors: FieldError[]) => new Refusal(422, 'Validation Failed', errors);

export function forbidden(wanted?: string): Refusal {
  const headers = wanted ? { 'x-accepted-github-permissions': wanted } : undefined;
  return new Refusal(403, 'Resource not accessible by integration', undefined, headers);
}

import { Fault, type FaultCode, faults } from '../../errors.js';

/** Where an error happened: the repository, or the account of an installation, and what was being done. */
export interface Attempt {
  readonly repository: string;
  /** To be read after "cannot". */
  readonly doing: string;
}

interface Answered {
  /** False when nothing came back: Octokit calls that 500. */
  readonly heard: boolean;
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Seconds to wait after a secondary limit that came without `retry-after`: GitHub's documentation says one minute. */
const secondaryLimitSeconds = 60;

/**
 * Turns whatever Octokit threw into a fault with a stable code. `data` holds `repository`, `doing`, `status` and, for
 * `github-rate-limited`, `retryAfterSeconds`. An error that is no answer of GitHub's is passed through.
 */
export function githubFault(error: unknown, attempt: Attempt): unknown {
  const answered = answerOf(error);
  if (answered === null) return error;
  const code = codeOf(answered);
  const data = {
    ...attempt,
    status: answered.status,
    ...(code === 'github-rate-limited' ? { retryAfterSeconds: retryAfterSeconds(answered) } : {}),
  };
  const said = answered.heard
    ? `GitHub answered ${answered.status} (${answered.message})`
    : `no answer (${answered.message})`;
  const message = `${attempt.repository}: cannot ${attempt.doing}: ${said}. ${faults[code]}`;
  return new Fault(code, message, data, error);
}

function answerOf(error: unknown): Answered | null {
  if (!(error instanceof Error)) return null;
  if ('status' in error && typeof error.status === 'number') {
    const response =
      'response' in error ? (error.response as { headers?: Record<string, unknown> } | undefined) : undefined;
    return {
      heard: response !== undefined,
      status: error.status,
      message: firstLine(error.message),
      headers: response?.headers ?? {},
    };
  }
  if ('errors' in error && Array.isArray(error.errors)) return graphqlAnswer(error, error.errors);
  return null;
}

/** GraphQL answers 200 with its errors inside; their `type` says what REST would say by a status. */
function graphqlAnswer(error: Error, errors: readonly { type?: string; message?: string }[]): Answered {
  const statuses: Record<string, number> = {
    NOT_FOUND: 404,
    FORBIDDEN: 403,
    RATE_LIMITED: 429,
    INSUFFICIENT_SCOPES: 403,
  };
  const headers = 'headers' in error ? (error.headers as Record<string, unknown>) : {};
  const [first] = errors;
  const message = firstLine(first?.message ?? error.message);
  return { heard: true, status: statuses[first?.type ?? ''] ?? 422, message, headers };
}

function codeOf({ status, message, headers }: Answered): FaultCode {
  if (status === 401) return 'github-unauthorized';
  if (status === 429) return 'github-rate-limited';
  if (status === 403 && isLimit(message, headers)) return 'github-rate-limited';
  if (status === 403) return 'github-forbidden';
  if (status === 404) return 'github-not-found';
  if (status === 410) return 'github-gone';
  if (status === 422) return 'github-invalid';
  if (status >= 500) return 'github-unavailable';
  return 'github-unexpected';
}

function isLimit(message: string, headers: Answered['headers']): boolean {
  return 'retry-after' in headers || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message);
}

function retryAfterSeconds({ headers }: Answered): number {
  const wait = Number(headers['retry-after']);
  if (wait > 0) return wait;
  if (headers['x-ratelimit-remaining'] !== '0') return secondaryLimitSeconds;
  const reset = Number(headers['x-ratelimit-reset']);
  return Math.max(1, Math.ceil(reset - Date.now() / 1000) || secondaryLimitSeconds);
}

/** Octokit appends the address of the documentation and, for a proxy's page, the whole page. */
function firstLine(message: string): string {
  const line = message.split('\n', 1)[0]?.replace(/ - https:\/\/docs\.github\.com\S*$/, '') ?? '';
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

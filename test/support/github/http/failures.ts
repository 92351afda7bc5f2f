import type { Reply } from './reply.js';

export interface Asked {
  readonly method: string;
  readonly host: string;
  /** Without the query. */
  readonly path: string;
}

/** Which requests are meant: all that is left out matches anything. */
export interface Matcher {
  readonly method?: string;
  readonly host?: string;
  readonly path?: string | RegExp;
}

/** What goes wrong. */
export interface Failure {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** How many requests fail; one unless said otherwise. */
  readonly times?: number;
  /** The request is carried out all the same, and only its answer is lost. */
  readonly after?: 'it took effect';
  /** The true answer begins, and the connection breaks after so many bytes. */
  readonly cutAfter?: number;
}

/** Answers that GitHub gives on a bad day, ready to be handed to `failNext`. */
export const badDays = {
  badGateway: { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>502 Bad Gateway</html>' },
  unavailable: { status: 503, body: { message: 'Service unavailable' } },
  badCredentials: { status: 401, body: { message: 'Bad credentials' } },
  secondaryLimit(seconds: number): Failure {
    const message =
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. ' +
      'If you reach out to GitHub Support for help, please include the request ID.';
    const documentation_url =
      'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits';
    return { status: 403, headers: { 'retry-after': String(seconds) }, body: { message, documentation_url } };
  },
} as const;

export class Failures {
  readonly #planned: { readonly matcher: Matcher; readonly failure: Failure; left: number }[] = [];

  plan(matcher: Matcher, failure: Failure): void {
    this.#planned.push({ matcher, failure, left: failure.times ?? 1 });
  }

  /** The failure that is planned for a request; each counts down as it is taken. */
  take(asked: Asked): Failure | undefined {
    const found = this.#planned.find(({ matcher, left }) => left > 0 && matches(matcher, asked));
    if (!found) return undefined;
    found.left -= 1;
    return found.failure;
  }
}

function matches({ method, host, path }: Matcher, asked: Asked): boolean {
  if (method !== undefined && method !== asked.method) return false;
  if (host !== undefined && host !== asked.host) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? path === asked.path : path.test(asked.path);
}

export function failureReply({ status = 500, headers = {}, body }: Failure): Reply {
  if (typeof body === 'string') return { status, headers, raw: body };
  return { status, headers, json: body ?? { message: 'Server Error' } };
}

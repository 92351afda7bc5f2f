import { ProbotOctokit } from 'probot';
import type { Fetch } from '../net/http.js';

type Options = NonNullable<ConstructorParameters<typeof ProbotOctokit>[0]>;

/** Above this a limited request is given up as `github-rate-limited`, and the queue tries the whole job later. */
const longestWaitSeconds = 60;
const mostRetries = 2;

/**
 * Probot's Octokit (pagination, retry of 5xx, throttling: writes a second apart, those that notify three) with the
 * project's own `fetch`. Give it to Probot as `Octokit`, and the same `fetch` as `request.fetch`, since Probot asks for
 * tokens with that one.
 */
export function createOctokitClass({ fetch }: { readonly fetch: Fetch }): typeof ProbotOctokit {
  return ProbotOctokit.plugin(refuseBrokenAnswers).defaults((options: Options) => ({
    ...options,
    request: { ...options.request, fetch },
    throttle: { ...options.throttle, onRateLimit: waitBriefly, onSecondaryRateLimit: waitBriefly },
  })) as typeof ProbotOctokit;
}

function waitBriefly(retryAfterSeconds: number, _request: object, _octokit: object, retryCount: number): boolean {
  return retryAfterSeconds <= longestWaitSeconds && retryCount < mostRetries;
}

/** Octokit takes JSON that broke off for a text, and a list that broke off for an empty one. */
function refuseBrokenAnswers(octokit: { readonly hook: ProbotOctokit['hook'] }): void {
  octokit.hook.after('request', ({ headers, data }) => {
    const isJson = headers['content-type']?.startsWith('application/json') ?? false;
    if (isJson && typeof data === 'string') throw Object.assign(new Error('the answer broke off'), { status: 502 });
  });
}

import { answer, type Handler, pathOf } from './handler.js';

/**
 * `/healthz`: the process answers. `/readyz`: it can take deliveries, for which its store must answer; a load balancer sends
 * nothing while it says 503.
 *
 * @param ready null when ready, else why not
 */
export function healthHandler(ready: () => Promise<string | null>): Handler {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = pathOf(request);
    if (path === '/healthz') return answer(response, 200, 'text/plain', 'ok\n');
    if (path !== '/readyz') return false;
    const reason = await ready();
    return answer(response, reason === null ? 200 : 503, 'text/plain', `${reason ?? 'ready'}\n`);
  };
}

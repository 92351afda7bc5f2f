import type { Needs } from './access.js';
import type { Call } from './call.js';
import type { Reply } from './reply.js';

export interface Route {
  readonly needs: Needs;
  readonly handle: (call: Call) => Reply | Promise<Reply>;
}

/** Keyed as GitHub's description names operations: `GET /repos/{owner}/{repo}`. */
export type Routes = Readonly<Record<string, Route>>;

interface Matched {
  readonly operation: string;
  readonly route: Route;
  readonly path: Record<string, string>;
}

/** Parameters that hold slashes, by the way that GitHub reads them. */
const greedy = [
  '/contents/{path}',
  '/git/ref/{ref}',
  '/git/refs/{ref}',
  '/git/matching-refs/{ref}',
  '/compare/{basehead}',
  '/commits/{ref}',
  '/branches/{branch}',
  '/releases/tags/{tag}',
  '/tarball/{ref}',
  '/zipball/{ref}',
];

export class Router {
  readonly #table: {
    readonly method: string;
    readonly pattern: RegExp;
    readonly operation: string;
    readonly route: Route;
  }[];

  constructor(routes: Routes) {
    this.#table = Object.entries(routes)
      .map(([operation, route]) => {
        const [method = '', template = ''] = operation.split(' ');
        return { method, pattern: compile(template), operation, route, template };
      })
      .sort((one, other) => specificity(other.template) - specificity(one.template));
  }

  match(method: string, path: string): Matched | undefined {
    for (const { pattern, operation, route, method: wanted } of this.#table) {
      const found = wanted === method ? pattern.exec(path) : null;
      if (!found) continue;
      const groups = Object.entries(found.groups ?? {});
      return { operation, route, path: Object.fromEntries(groups.map(([key, value]) => [key, decode(value ?? '')])) };
    }
    return undefined;
  }
}

/** Literal text decides before parameters do: `/check-runs` at the end wins over a commit of that name. */
function specificity(template: string): number {
  return template.replace(/\{[^}]+\}/g, '').length;
}

function compile(template: string): RegExp {
  const wide = greedy.some((ending) => template.endsWith(ending)) || template.includes('/commits/{ref}/');
  const source = template.replace(/[.]/g, '\\.').replace(/\{([a-z_]+)\}/g, (_, name: string, offset: number) => {
    const last = /^\{[a-z_]+\}(\/[a-z-]+)?$/.test(template.slice(offset));
    return wide && last ? `(?<${name}>.*)` : `(?<${name}>[^/]+)`;
  });
  // The root directory is asked for with and without a slash at the end.
  return new RegExp(`^${source.replace('/contents/(?<path>.*)', '/contents(?:/(?<path>.*))?')}$`);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

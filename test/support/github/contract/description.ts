import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type Schema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly [mediaType: string]: { readonly schema?: Schema } | undefined;
}

/** One operation of the description with its parameters resolved; schemas still hold references. */
export interface Operation {
  readonly parameters: readonly Parameter[];
  readonly body: { readonly required: boolean; readonly schema: Schema } | undefined;
  /** By status; undefined where the description promises no JSON. */
  readonly responses: ReadonlyMap<number, Schema | undefined>;
  readonly documentation: string;
}

interface RawOperation {
  readonly parameters?: readonly Schema[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Schema>>;
  readonly externalDocs?: { readonly url: string };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly 'x-webhooks': Readonly<Record<string, { readonly post: RawOperation }>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
}

/** Where the description contradicts what GitHub answers: it wants every account to be a user and an enterprise at once. */
const errata: Readonly<Record<string, Schema>> = {
  'GET /app/installations 200': { type: 'array', items: { $ref: '#/components/schemas/installation' } },
};

let loaded: Document | undefined;

/** GitHub's own description of its REST API, parsed once a process: 13 MB, some 150 ms. */
function description(): Document {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  loaded ??= JSON.parse(readFileSync(file, 'utf8')) as Document;
  return loaded;
}

/** The operation `GET /repos/{owner}/{repo}`, or undefined if GitHub describes none of that name. */
export function describedOperation(name: string): Operation | undefined {
  const [method = '', template = ''] = name.split(' ');
  const raw = description().paths[template]?.[method.toLowerCase()];
  if (!raw) return undefined;
  const content = raw.requestBody?.content['application/json']?.schema;
  return {
    parameters: (raw.parameters ?? []).map((parameter) => follow(parameter) as unknown as Parameter),
    body: content && { required: raw.requestBody?.required ?? false, schema: content },
    responses: new Map(
      Object.entries(raw.responses).map(([status, answer]) => [
        Number(status),
        errata[`${name} ${status}`] ?? jsonSchema(answer),
      ]),
    ),
    documentation: raw.externalDocs?.url ?? 'https://docs.github.com/rest',
  };
}

/** The schema of a webhook's payload, or undefined if GitHub describes no such event. */
export function describedWebhook(event: string, action: string | undefined): Schema | undefined {
  const name = [event, action].filter((part) => part !== undefined).join('-');
  const raw = description()['x-webhooks'][name.replaceAll('_', '-')];
  return raw?.post.requestBody?.content['application/json']?.schema;
}

/** The component that `#/components/<kind>/<name>` names. */
export function component(reference: string): Schema {
  const [, , kind = '', name = ''] = reference.split('/');
  const found = description().components[kind]?.[name];
  if (!found) throw new Error(`GitHub's description has no ${reference}`);
  return found;
}

function follow(value: Schema): Schema {
  return typeof value.$ref === 'string' ? component(value.$ref) : value;
}

function jsonSchema(answer: Schema): Schema | undefined {
  const content = follow(answer).content as Content | undefined;
  return content?.['application/json']?.schema;
}

import { describedOperation, describedWebhook, type Operation, type Schema } from './description.js';
import { Schemas } from './schemas.js';

const bodies = new Schemas({ coerceTypes: false });
const parameters = new Schemas({ coerceTypes: true });
const operations = new Map<string, Operation | undefined>();

/** What any endpoint may answer, described or not: authentication, limits and outages. */
const everywhere = new Set([301, 302, 304, 307, 401, 403, 404, 410, 422, 429, 500, 501, 502, 503, 504]);

interface Asked {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function operation(name: string): Operation | undefined {
  if (!operations.has(name)) operations.set(name, describedOperation(name));
  return operations.get(name);
}

/** What in a request does not fit GitHub's description, unknown parameters and properties included. */
export function requestProblems(described: Operation, asked: Asked): string[] {
  return [...parameterProblems(described, asked), ...bodyProblems(described, asked.body)];
}

function parameterProblems(described: Operation, asked: Asked): string[] {
  const problems: string[] = [];
  const known = new Set<string>();
  for (const parameter of described.parameters) {
    if (parameter.in === 'header') continue;
    known.add(parameter.name);
    const value = asked[parameter.in][parameter.name];
    if (value === undefined) {
      if (parameter.required) problems.push(`${parameter.in} parameter ${parameter.name} is missing`);
      continue;
    }
    const schema = wrapped(parameter.schema);
    problems.push(
      ...parameters
        .check(schema)({ value })
        .map((problem) => `parameter ${parameter.name}: ${problem}`),
    );
  }
  const strange = Object.keys(asked.query).filter((name) => !known.has(name));
  return [...problems, ...strange.map((name) => `query parameter ${name} is not described`)];
}

const wrappers = new WeakMap<Schema, Schema>();

/** Ajv coerces properties, not the value at the root. */
function wrapped(schema: Schema): Schema {
  const known = wrappers.get(schema) ?? { type: 'object', properties: { value: schema } };
  wrappers.set(schema, known);
  return known;
}

function bodyProblems(described: Operation, body: unknown): string[] {
  if (!described.body) return body === undefined ? [] : ['a body is not described'];
  if (body === undefined) return described.body.required ? ['the body is missing'] : [];
  const problems = bodies
    .check(described.body.schema)(body)
    .map((problem) => `body ${problem}`);
  return [...problems, ...strangeProperties(described.body.schema, body)];
}

function strangeProperties(schema: Schema, body: unknown): string[] {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return [];
  const known = propertyNames(schema);
  if (known.size === 0) return [];
  return Object.keys(body)
    .filter((name) => !known.has(name))
    .map((name) => `body property ${name} is not described`);
}

function propertyNames(schema: Schema): Set<string> {
  const names = new Set(Object.keys((schema.properties as object | undefined) ?? {}));
  for (const key of ['oneOf', 'anyOf', 'allOf']) {
    for (const part of (schema[key] as Schema[] | undefined) ?? [])
      for (const name of propertyNames(part)) names.add(name);
  }
  return names;
}

export function responseProblems(described: Operation, status: number, body: unknown): string[] {
  if (!described.responses.has(status)) return everywhere.has(status) ? [] : [`status ${status} is not described`];
  const schema = described.responses.get(status);
  if (!schema || body === undefined) return [];
  return bodies.check(schema)(body);
}

export function webhookProblems(event: string, action: string | undefined, payload: unknown): string[] {
  const schema = describedWebhook(event, action);
  return schema ? bodies.check(schema)(payload) : [`the event ${event} ${action ?? ''} is not described`];
}

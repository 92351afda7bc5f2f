import { buildSchema, execute, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { mutations } from './graphql/mutations.js';
import { queries } from './graphql/queries.js';
import type { Caller } from './http/call.js';
import type { Reply } from './http/reply.js';
import type { World } from './world.js';

let built: GraphQLSchema | undefined;

/** GitHub's published schema; building it costs some 300 ms, so it waits for the first request. */
async function schema(): Promise<GraphQLSchema> {
  if (!built) {
    const published = await import('@octokit/graphql-schema');
    built = buildSchema(published.schema.idl, { assumeValid: true });
  }
  return built;
}

/** Answers `POST /graphql`: always 200 with `data` and `errors`, as GitHub does, except for what is no query at all. */
export async function graphql(world: World, caller: Caller, body: Buffer): Promise<Reply> {
  if (caller.kind === 'anonymous' || caller.kind === 'app') {
    return { status: 401, json: { message: 'This endpoint requires you to be authenticated.' } };
  }
  const asked = JSON.parse(body.toString()) as { query?: string; variables?: Record<string, unknown> };
  const problems: GraphQLError[] = [];
  const published = await schema();
  const document = readDocument(published, asked.query ?? '', problems);
  if (!document) {
    for (const problem of problems) world.violations.push(`POST /graphql: ${problem.message}`);
    return { status: 200, json: { errors: problems.map(errorView) } };
  }
  const result = await execute({
    schema: published,
    document,
    rootValue: { ...queries, ...mutations },
    contextValue: { world, caller },
    variableValues: asked.variables ?? {},
  });
  for (const error of result.errors ?? []) {
    if (error.extensions.type === undefined) world.violations.push(`POST /graphql: ${error.message}`);
  }
  const errors = result.errors?.map(errorView);
  return { status: 200, json: { data: result.data ?? null, ...(errors ? { errors } : {}) } };
}

function readDocument(published: GraphQLSchema, query: string, problems: GraphQLError[]) {
  try {
    const document = parse(query);
    problems.push(...validate(published, document));
    return problems.length === 0 ? document : undefined;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    problems.push(error);
    return undefined;
  }
}

/** GitHub writes the kind of an error beside its message, not under extensions. */
function errorView({ message, locations, path, extensions }: GraphQLError) {
  const { type } = extensions;
  return { ...(type ? { type } : {}), ...(path ? { path } : {}), locations, message };
}

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { component, type Schema } from './description.js';

/** Turns what does not fit into sentences; empty when all is well. */
export type Check = (value: unknown) => string[];

const id = (reference: string) => `https://schemas.invalid/${reference.slice(2)}`;

/** What the description calls an email is, for bots, an address with brackets: `1+modprobot[bot]@users.noreply.github.com`. */
const email = /^[^@\s]+@[^@\s]+$/;

/** Compiles GitHub's OpenAPI schemas as they are asked for, each component once. */
export class Schemas {
  readonly #ajv: Ajv;
  readonly #known = new Set<string>();
  readonly #compiled = new Map<Schema, ValidateFunction>();

  constructor(options: { coerceTypes: boolean }) {
    this.#ajv = new Ajv({
      ...{ strict: false, allErrors: false, inlineRefs: false, logger: false },
      coerceTypes: options.coerceTypes ? 'array' : false,
      formats: { ...fullFormats, email },
    });
  }

  check(schema: Schema): Check {
    return (value) => {
      const validate = this.#validator(schema);
      return validate(value) ? [] : (validate.errors ?? []).slice(0, 5).map(sentence);
    };
  }

  #validator(schema: Schema): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known) return known;
    const validate = this.#ajv.compile(this.#rewrite(schema) as Schema);
    this.#compiled.set(schema, validate);
    return validate;
  }

  #rewrite(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#rewrite(item));
    if (value === null || typeof value !== 'object') return value;
    const schema = value as Schema;
    if (typeof schema.$ref === 'string') return nullable(schema, { $ref: this.#learn(schema.$ref) });
    const { nullable: _, example: __, examples: ___, ...rest } = schema;
    const entries = Object.entries(rest).map(([key, item]) => [
      // The description's alternatives overlap: what fits two of them is no mistake.
      key === 'oneOf' ? 'anyOf' : key,
      key === 'enum' ? item : this.#rewrite(item),
    ]);
    return nullable(schema, Object.fromEntries(entries));
  }

  #learn(reference: string): string {
    if (!this.#known.has(reference)) {
      this.#known.add(reference);
      this.#ajv.addSchema(this.#rewrite(component(reference)) as Schema, id(reference));
    }
    return id(reference);
  }
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema says that null is one of the choices. */
function nullable(original: Schema, rewritten: Schema): Schema {
  return original.nullable === true ? { anyOf: [{ type: 'null' }, rewritten] } : rewritten;
}

function sentence(error: ErrorObject): string {
  const details = JSON.stringify(error.params);
  return `${error.instancePath || '/'} ${error.message ?? 'does not fit'} ${details}`;
}

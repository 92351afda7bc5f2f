const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * JSON that `jsonb` takes. PostgreSQL refuses NUL and half surrogate pairs in it, and a compiler's output or a stranger's tag may
 * hold either.
 */
export function json(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === 'string' ? storable(part) : part));
}

/** Text that a `text` column takes. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').replace(loneSurrogate, '\ufffd');
}

import { createHash } from 'node:crypto';

type Bytes = AsyncIterable<Uint8Array>;

/** A file's bytes on their way to a reader, hashed as they pass. */
export interface Fingerprint {
  readonly bytes: Bytes;
  /** SHA-256 of the whole file in hexadecimal, also of what the reader left. */
  sha256(): Promise<string>;
  /** Ends the download where nobody reads on. */
  close(): Promise<void>;
}

/** An archive's reader may stop before the file ends, and what was left counts too. */
export function fingerprint(source: Bytes): Fingerprint {
  const iterator = source[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  async function* passed(): AsyncGenerator<Uint8Array> {
    // By hand: a `for await` would end the source together with its reader.
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
      hash.update(step.value);
      yield step.value;
    }
  }
  return {
    bytes: passed(),
    async sha256() {
      for await (const _rest of passed());
      return hash.digest('hex');
    },
    async close() {
      await iterator.return?.();
    },
  };
}

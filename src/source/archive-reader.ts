/** Reads a stream in pieces of a wanted size, without copying where a piece lies in one chunk. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Exactly `size` bytes, or null when the stream ends before. */
  async exactly(size: number): Promise<Buffer | null> {
    if (this.#buffer.length >= size) return this.#take(size);
    const parts = [this.#buffer];
    let missing = size - this.#buffer.length;
    while (missing > 0) {
      this.#buffer = (await this.#next()) ?? Buffer.alloc(0);
      if (this.#buffer.length === 0) return null;
      const part = this.#take(Math.min(missing, this.#buffer.length));
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Between one and `size` bytes, as they lie; null at the end of the stream. */
  async upTo(size: number): Promise<Buffer | null> {
    if (this.#buffer.length === 0) this.#buffer = (await this.#next()) ?? this.#buffer;
    return this.#buffer.length === 0 ? null : this.#take(Math.min(size, this.#buffer.length));
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #take(size: number): Buffer {
    const taken = this.#buffer.subarray(0, size);
    this.#buffer = this.#buffer.subarray(size);
    return taken;
  }

  async #next(): Promise<Buffer | null> {
    for (;;) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return null;
      if (value.length > 0) return Buffer.from(value.buffer, value.byteOffset, value.length);
    }
  }
}

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainFullDisk } from '../errors.js';

const piece = 1024 * 1024;

/** One temporary file for contents that have to wait and do not fit into the memory budget. Made when first needed. */
export class Spool {
  #file: { readonly handle: number; readonly directory: string } | null = null;
  #size = 0;

  /** Appends the bytes and returns where they begin. Throws `disk-full`. */
  append(bytes: Uint8Array): number {
    const offset = this.#size;
    try {
      this.#file ??= this.#create();
      let written = 0;
      while (written < bytes.length) written += writeSync(this.#file.handle, bytes, written);
    } catch (error) {
      throw explainFullDisk(error, 'unpacking an archive', tmpdir());
    }
    this.#size += bytes.length;
    return offset;
  }

  /** Where the next bytes will begin. */
  get size(): number {
    return this.#size;
  }

  *read(offset: number, size: number): Generator<Uint8Array> {
    const buffer = Buffer.alloc(Math.min(piece, size));
    for (let done = 0; done < size; ) {
      const wanted = Math.min(buffer.length, size - done);
      const count = readSync(this.#file?.handle ?? -1, buffer, 0, wanted, offset + done);
      if (count === 0) throw new Error('The temporary file of the hasher is shorter than what was written.');
      yield buffer.subarray(0, count);
      done += count;
    }
  }

  close(): void {
    if (this.#file === null) return;
    closeSync(this.#file.handle);
    rmSync(this.#file.directory, { recursive: true, force: true });
    this.#file = null;
  }

  #create(): { handle: number; directory: string } {
    const directory = mkdtempSync(join(tmpdir(), 'modprobot-spool-'));
    try {
      return { handle: openSync(join(directory, 'contents'), 'wx+', 0o600), directory };
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }
}

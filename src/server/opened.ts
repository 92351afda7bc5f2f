/** What was opened, closed in the opposite order, once. */
export class Opened {
  readonly #closers: (() => Promise<void>)[] = [];
  #closed: Promise<void> | null = null;

  get closing(): boolean {
    return this.#closed !== null;
  }

  /** Closed before all that was added earlier. */
  add(closer: () => Promise<void>): void {
    this.#closers.unshift(closer);
  }

  /** Closed after everything else, for what running jobs still use. */
  addFirst(closer: () => Promise<void>): void {
    this.#closers.push(closer);
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    for (const closer of this.#closers) await closer();
  }
}

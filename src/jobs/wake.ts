/** A sleep that ends early when somebody calls; a call while nobody sleeps ends the next sleep at once. */
export class Wake {
  #called = false;
  #sleeper: (() => void) | null = null;

  call(): void {
    this.#called = true;
    this.#sleeper?.();
  }

  async sleep(milliseconds: number): Promise<void> {
    if (!this.#called) await this.#nextCall(milliseconds);
    this.#called = false;
  }

  #nextCall(milliseconds: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#sleeper = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      this.#sleeper = null;
    });
  }
}

/**
 * The port behind which Nix runs: in a container, from the local installation, or not at all.
 * Everything that is asked of Nix (evaluation, realisation, hashes, modinfo) is built on `run`, once for all adapters.
 */
export interface Engine {
  readonly name: 'container' | 'local' | 'none';
  /** Runs one program to its end. Rejects with a `Fault` only when the program could not be run at all. */
  run(command: EngineCommand): Promise<Finished>;
}

export interface EngineCommand {
  readonly program: string;
  /** Passed as they are: no shell stands between. */
  readonly args: readonly string[];
  /** Host directories that the program sees read-only under the same absolute path. */
  readonly trees: readonly string[];
  /** `none` while strangers' code is compiled. */
  readonly network: 'none' | 'full';
  readonly timeoutMs: number;
  /** Each line of standard error as it is printed, without its newline. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Finished {
  /** null when the program was killed: by the time limit, by the signal, or for want of memory. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly ms: number;
}

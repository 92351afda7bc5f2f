import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { Fault } from '../../errors.js';
import type { EngineCommand, Finished } from './engine.js';

/** A host program to be run for an engine. */
export interface ProgramRun extends Pick<EngineCommand, 'timeoutMs' | 'onLine' | 'signal'> {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment: nothing of the App's own is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends what was started besides the program itself, before the program is killed. */
  readonly stop?: () => Promise<void>;
}

/** More than any build log needs; what comes after is read and dropped, so that a chatty build cannot fill the memory. */
const longestOutput = 32 * 1024 * 1024;

/**
 * Runs one program to its end, without a shell and without standard input.
 * Throws `engine-missing` when it cannot be started.
 */
export async function runProgram(run: ProgramRun): Promise<Finished> {
  const started = performance.now();
  const child = spawn(run.program, run.args, { env: run.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr, run.onLine);
  let timedOut = false;
  const kill = async () => {
    await run.stop?.().catch(() => {});
    // The program's own children must not outlive it: the whole group gets the signal.
    if (child.pid !== undefined && child.exitCode === null) killGroup(child.pid);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    void kill();
  }, run.timeoutMs);
  const abort = () => void kill();
  run.signal?.addEventListener('abort', abort, { once: true });
  if (run.signal?.aborted) abort();
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    const killed = timedOut || run.signal?.aborted === true;
    return {
      exitCode: killed ? null : exitCode,
      stdout: stdout(),
      stderr: stderr(),
      timedOut,
      ms: Math.round(performance.now() - started),
    };
  } catch (error) {
    // Neither the arguments nor Node's error, which repeats them: a container's carry environment, tokens among it.
    const { program } = run;
    const cause = new Error(error instanceof Error ? error.message : String(error));
    throw new Fault('engine-missing', `${program} cannot be started. Is it installed?`, { program }, cause);
  } finally {
    clearTimeout(timer);
    run.signal?.removeEventListener('abort', abort);
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}

/** Gathers a stream's text up to the limit and hands out its lines; the result is read when the stream has ended. */
function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  const decoder = new StringDecoder('utf8');
  const pieces: string[] = [];
  let length = 0;
  let unfinished = '';
  const take = (text: string) => {
    if (length < longestOutput) pieces.push(text);
    length += text.length;
    if (onLine === undefined) return;
    const lines = (unfinished + text).split('\n');
    unfinished = (lines.pop() ?? '').slice(-longestOutput);
    for (const line of lines) onLine(line);
  };
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  stream.on('end', () => {
    if (unfinished !== '') onLine?.(unfinished);
  });
  return () => pieces.join('').slice(0, longestOutput);
}

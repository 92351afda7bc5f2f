import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fault } from '../../src/errors.js';
import type { Engine, EngineCommand } from '../../src/nix/engine/engine.js';
import { evaluate } from '../../src/nix/instantiate.js';
import { build } from '../../src/nix/realise.js';

/** What every engine that runs programs promises. */
export function engineContract(open: () => Promise<Engine & { close(): Promise<void> }>): void {
  let engine: Awaited<ReturnType<typeof open>>;
  let tree: string;
  const run = (program: string, args: readonly string[], more: Partial<EngineCommand> = {}) =>
    engine.run({ program, args, trees: [], network: 'none', timeoutMs: 60_000, ...more });

  beforeAll(async () => {
    tree = await mkdtemp(path.join(tmpdir(), 'modprobot-tree-'));
    await writeFile(path.join(tree, 'default.nix'), '{ ... }: { answer = 42; }');
    process.env.MODPROBOT_SECRET_PROBE = 'never seen inside';
    engine = await open();
  }, 120_000);

  afterAll(async () => {
    await engine?.close();
    await rm(tree, { recursive: true, force: true });
    delete process.env.MODPROBOT_SECRET_PROBE;
  });

  it('hands over every argument as it is', async () => {
    const args = ['%s|', 'a b', '"', "'", '$HOME', '`id`', ';', '--rm', ''];
    expect((await run('printf', args)).stdout).toBe('a b|"|\'|$HOME|`id`|;|--rm||');
  });

  it('keeps output, complaints and exit code apart', async () => {
    const finished = await run('bash', ['-c', 'echo out; echo err >&2; exit 3']);
    expect(finished).toMatchObject({ exitCode: 3, stdout: 'out\n', stderr: 'err\n', timedOut: false });
  });

  it('tells the lines of standard error one by one', async () => {
    const lines: string[] = [];
    await run('bash', ['-c', 'printf "one\\ntwo\\nthree" >&2'], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('passes on nothing of its own environment', async () => {
    const { stdout } = await run('env', []);
    expect(stdout).not.toContain('MODPROBOT_SECRET_PROBE');
    expect(stdout).not.toContain('never seen inside');
  });

  it('ends a program at its time limit', async () => {
    const finished = await run('sleep', ['600'], { timeoutMs: 1000 });
    expect(finished).toMatchObject({ exitCode: null, timedOut: true });
  });

  it('ends a program when it is told to', async () => {
    const stop = new AbortController();
    const finished = run('bash', ['-c', 'echo ready >&2; exec sleep 600'], {
      signal: stop.signal,
      onLine: () => stop.abort(),
    });
    expect(await finished).toMatchObject({ exitCode: null, timedOut: false });
  });

  it('does not run for one who has already given up', async () => {
    expect(await run('sleep', ['600'], { signal: AbortSignal.abort() })).toMatchObject({ exitCode: null });
  });

  it('says so when the program is not there', async () => {
    await expect(run('modprobot-no-such-program', [])).rejects.toThrow(Fault);
  });

  it('evaluates a tree', async () => {
    const expression = '{ tree, request }: (import tree { }).answer + (builtins.fromJSON request).more';
    const request = { expression, tree, request: { more: 1 }, timeoutMs: 60_000 };
    expect(await evaluate(engine, request)).toEqual({ outcome: 'value', value: 43 });
  });

  it('evaluates nothing outside the tree', async () => {
    const expression = '{ tree, request }: builtins.readFile "/etc/passwd"';
    const evaluated = await evaluate(engine, { expression, tree, request: {}, timeoutMs: 60_000 });
    expect(evaluated).toMatchObject({ outcome: 'died', sentence: expect.stringContaining('/etc') });
  });

  it('builds nothing while it evaluates', async () => {
    const expression = `{ tree, request }: import (derivation {
      name = "imported"; system = builtins.currentSystem; builder = "/bin/bash"; args = [ "-c" "echo 1 > $out" ]; })`;
    const evaluated = await evaluate(engine, { expression, tree, request: {}, timeoutMs: 60_000 });
    expect(evaluated).toMatchObject({ outcome: 'died', sentence: expect.stringContaining('import-from-derivation') });
  });

  it('builds as a user that is not root, and without the App’s environment', async () => {
    const unique = `${process.pid}-${Date.now()}`;
    const expression = `{ tree, request }: (derivation {
      name = "probe-${unique}"; system = builtins.currentSystem; builder = "/bin/bash";
      args = [ "-c" "echo user $UID > $out; export -p >> $out" ]; }).drvPath`;
    const evaluated = await evaluate(engine, { expression, tree, request: {}, timeoutMs: 60_000 });
    if (evaluated.outcome !== 'value') throw new Error(evaluated.log);
    const built = await build(engine, String(evaluated.value), { timeoutMs: 60_000 });
    const probe = await run('cat', ['--', built.stdout.trim()]);
    expect(probe.stdout).toMatch(/^user [1-9]/);
    expect(probe.stdout).not.toContain('never seen inside');
  });
}

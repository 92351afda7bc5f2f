import type { Engine, EngineCommand, Finished } from '../../src/nix/engine/engine.js';
import { noEngine } from '../../src/nix/engine/none.js';
import type { Facts } from '../../src/nix/facts.js';
import type { BuildResult } from '../../src/verify/build-cache.js';
import { type VerifyPorts, type VerifyProgress, verify, verifyFacts } from '../../src/verify/verify.js';

const sets = [{ set: 'linux_6_12', version: '6.12.107' }];
const settings = { evaluationMs: 1000, buildMs: 2000, parallel: 2, allowOtherBuilds: false, system: null };
const request = { attr: 'v4l2loopback', before: '/before', after: '/after', sets };

/** A Nix that answers by script: the facts of two trees, and what happens to a derivation when it is built. */
interface Script {
  readonly before?: object;
  readonly after?: object;
  readonly dryRun?: string;
  readonly builds?: Readonly<Record<string, Partial<Finished>>>;
  readonly fetch?: Partial<Finished>;
  readonly modules?: Readonly<Record<string, string>>;
  readonly derivations?: Readonly<Record<string, string>>;
}

function scripted(script: Script): Engine & { readonly commands: EngineCommand[] } {
  const commands: EngineCommand[] = [];
  const finished = (more: Partial<Finished>): Finished => ({
    ...{ exitCode: 0, stdout: '', stderr: '', timedOut: false, ms: 1 },
    ...more,
  });
  const answer = (command: EngineCommand): Partial<Finished> => {
    const { program, args, network } = command;
    const last = args.at(-1) ?? '';
    if (program === 'nix-instantiate') {
      const side = command.trees[0] === '/after' ? script.after : script.before;
      return { stdout: JSON.stringify(facts(side ?? present('/nix/store/before.drv'))) };
    }
    if (program === 'cat') {
      const plain = 'Derive([],[("/nix/store/src.drv",["out"])],[],"","",[],[])';
      return {
        stdout: args
          .slice(1)
          .map((path) => script.derivations?.[path] ?? plain)
          .join(''),
      };
    }
    if (args.includes('--dry-run')) return { stderr: script.dryRun ?? '' };
    if (program === 'nix-store' && network === 'full') return script.fetch ?? {};
    if (program === 'nix-store') {
      return script.builds?.[last] ?? { stdout: `${last.replace('.drv', '')}-out\n` };
    }
    if (program === 'find') return { stdout: `${args[0]}/lib/v4l2loopback.ko.xz\n` };
    if (program.endsWith('/modinfo')) {
      const magic = script.modules?.[last] ?? '6.12.107 SMP mod_unload';
      return {
        stdout: `filename:       ${last}\nversion:        1.2\nlicense:        GPL\nvermagic:       ${magic}\n`,
      };
    }
    throw new Error(`unexpected ${program}`);
  };
  return {
    name: 'container',
    commands,
    run: async (command) => {
      commands.push(command);
      return finished(answer(command));
    },
  };
}

function present(drvPath: string, more: object = {}): object {
  const flags = { broken: false, unfree: false, unsupported: false, insecure: false };
  const source = { drvPath: '/nix/store/src.drv', name: 'source', urls: [], hash: null, rev: null };
  return {
    ...{ state: 'present', version: '1', name: 'x', drvPath, sources: [source], patches: [], position: null },
    ...{ maintainers: [], meta: {}, tests: [], ...flags, ...more },
  };
}

function facts(attr: object): object {
  const set = { state: 'present', version: '6.12.107', modDirVersion: '6.12.107', attrs: { v4l2loopback: attr } };
  const kmod = { path: '/nix/store/kmod', drvPath: null };
  return { system: 'x86_64-linux', kmod, sets: { linux_6_12: set }, packages: {} };
}

function ports(engine: Engine, more: Partial<VerifyPorts> = {}): VerifyPorts {
  const results = new Map<string, BuildResult>();
  const builds = {
    get: async (drvPath: string) => results.get(drvPath) ?? null,
    put: async (drvPath: string, result: BuildResult) => void results.set(drvPath, result),
  };
  return { engine, builds, settings, ...more };
}

async function only(script: Script): Promise<unknown> {
  const after = script.after ?? present('/nix/store/after.drv');
  return (await verify(request, ports(scripted({ ...script, after })))).verdicts[0];
}

const fails = { exitCode: 100, stderr: '/build/source/x.c:3:1: error: gone\nerror: builder for x failed' };

describe('verify', () => {
  it('reads ok → ok as the same, with the modules', async () => {
    expect(await only({})).toMatchObject({
      ...{ set: 'linux_6_12', version: '6.12.107', before: 'ok', after: 'ok', status: 'same', reason: '' },
      modules: [{ name: 'v4l2loopback.ko', vermagic: '6.12.107 SMP mod_unload', version: '1.2', license: 'GPL' }],
    });
  });

  it('reads fails → ok as fixed', async () => {
    const script = { builds: { '/nix/store/before.drv': fails } };
    expect(await only(script)).toMatchObject({ before: 'fails', after: 'ok', status: 'fixed', error: null });
  });

  it('reads ok → fails as a regression, with the first error', async () => {
    const script = { builds: { '/nix/store/after.drv': fails } };
    expect(await only(script)).toMatchObject({
      ...{ before: 'ok', after: 'fails', status: 'regression' },
      error: { file: 'x.c', line: 3, message: 'gone' },
    });
  });

  it('reads fails → fails as still failing', async () => {
    const script = { builds: { '/nix/store/after.drv': fails, '/nix/store/before.drv': fails } };
    expect(await only(script)).toMatchObject({ before: 'fails', after: 'fails', status: 'still failing' });
  });

  it('builds one derivation once when the update does not change it', async () => {
    const engine = scripted({ after: present('/nix/store/before.drv') });
    const { verdicts } = await verify(request, ports(engine));
    expect(verdicts[0]).toMatchObject({ before: 'ok', after: 'ok', status: 'same' });
    const builds = engine.commands.filter(({ program, network }) => program === 'nix-store' && network === 'none');
    expect(builds).toHaveLength(1);
  });

  it.each([
    [{ unfree: true, position: 'a.nix:3' }, 'has an unfree license (a.nix:3)'],
    [{ broken: true, unfree: true }, 'marked as broken for this kernel'],
    [{ unfree: true }, 'has an unfree license'],
    [{ unsupported: true }, 'not available on x86_64-linux'],
  ])('builds nothing that nixpkgs would refuse to build: %j', async (flags, reason) => {
    const after = present('/nix/store/after.drv', flags);
    expect(await only({ after })).toMatchObject({ after: 'unavailable', status: 'unavailable', reason });
  });

  it.each([
    [{}, 'ok', 'marked as broken for this kernel (a.nix:3); tried all the same, it builds'],
    [fails, 'fails', 'marked as broken for this kernel (a.nix:3); tried all the same, it fails: x.c:3: gone'],
  ] as const)(
    'tries what is only marked as broken, and still reads it as unavailable: %j',
    async (end, state, reason) => {
      const after = present('/nix/store/after.drv', { broken: true, position: 'a.nix:3' });
      const builds = 'exitCode' in end ? { '/nix/store/after.drv': end } : {};
      const { verdicts, trials } = await verify(request, ports(scripted({ after, builds })));
      expect(verdicts[0]).toMatchObject({
        after: 'unavailable',
        status: 'unavailable',
        reason,
        error: null,
        modules: [],
      });
      expect(trials).toEqual([{ set: 'linux_6_12', after: state }]);
    },
  );

  it('never builds a kernel by accident', async () => {
    const dryRun = [
      'these 3 derivations will be built:',
      '  /nix/store/src.drv',
      '  /nix/store/after.drv',
      '  /nix/store/0123456789abcdefghijklmnopqrstuv-linux-6.12.107.drv',
      '',
    ].join('\n');
    const after = present('/nix/store/after.drv');
    const { verdicts } = await verify({ ...request, before: null }, ports(scripted({ after, dryRun })));
    expect(verdicts[0]).toMatchObject({
      ...{ after: 'not built', status: 'not built', modules: [] },
      reason: 'waiting: not in the binary cache: linux-6.12.107 would have to be built first',
    });
  });

  it('compiles without a network, after fetching the inputs with it', async () => {
    const engine = scripted({ after: present('/nix/store/after.drv') });
    await verify({ ...request, before: null }, ports(engine));
    const realised = engine.commands
      .filter(({ program, args }) => program === 'nix-store' && !args.includes('--dry-run'))
      .map(({ network, args }) => [network, args.at(-1)]);
    expect(realised).toEqual([
      ['full', '/nix/store/src.drv!out'],
      ['none', '/nix/store/after.drv'],
    ]);
  });

  it('gives the network to no derivation that is not fixed-output, whatever the tree calls it', async () => {
    const [hostile, mirrors, source] = [
      '/nix/store/hostile.drv',
      '/nix/store/a-mirrors-list.drv',
      '/nix/store/src.drv',
    ];
    const drv = (hash: string, ...inputs: string[]) =>
      `Derive([("out","/nix/store/o",${hash})],[${inputs.map((path) => `("${path}",["out"])`).join(',')}],[],"","",[],[])`;
    const script = {
      after: present('/nix/store/after.drv', { patches: [{ drvPath: hostile, name: 'fix.patch' }] }),
      dryRun: ['these 3 derivations will be built:', ...[source, mirrors, hostile].map((path) => `  ${path}`)].join(
        '\n',
      ),
      derivations: {
        '/nix/store/after.drv': drv('"",""', source, hostile),
        [source]: drv('"sha256","0fa1"', mirrors, '/nix/store/curl.drv'),
        [mirrors]: drv('"",""', '/nix/store/bash.drv'),
        [hostile]: drv('"",""', '/nix/store/bash.drv'),
      },
    };
    const engine = scripted(script);
    await verify({ ...request, before: null }, ports(engine));
    const realised = engine.commands
      .filter(({ program, args }) => program === 'nix-store' && !args.includes('--dry-run'))
      .map(({ network, args }) => [network, ...args.filter((one) => one.startsWith('/'))]);
    expect(realised).toEqual([
      ['full', '/nix/store/curl.drv!out', '/nix/store/bash.drv!out'],
      ['none', mirrors, hostile],
      ['full', source],
      ['none', '/nix/store/after.drv'],
    ]);
  });

  it('says that a source is gone, and does not call that a regression', async () => {
    const fetch = {
      exitCode: 1,
      stderr: "curl: (22) The requested URL returned error: 404\nerror: builder for 's' failed",
    };
    expect(await only({ fetch })).toMatchObject({ status: 'not built', reason: expect.stringContaining('404') });
  });

  it.each([
    [{ exitCode: null, timedOut: true }, 'took longer than 2 s'],
    [{ exitCode: null }, 'memory limit'],
    [{ exitCode: 1, stderr: 'cc1: fatal error: No space left on device' }, 'the disk is full'],
  ])('does not blame upstream for a build that was cut short: %j', async (end, reason) => {
    const script = { builds: { '/nix/store/after.drv': end } };
    expect(await only(script)).toMatchObject({ after: 'not built', reason: expect.stringContaining(reason) });
  });

  it('calls a module for another kernel a failure', async () => {
    const modules = { '/nix/store/after-out/lib/v4l2loopback.ko.xz': '6.1.0 SMP' };
    expect(await only({ modules })).toMatchObject({
      ...{ after: 'fails', status: 'regression' },
      reason: 'v4l2loopback.ko is built for kernel "6.1.0 SMP", not for 6.12.107',
    });
  });

  it('tells each verdict as it comes', async () => {
    const told: VerifyProgress[] = [];
    const engine = scripted({ after: present('/nix/store/after.drv') });
    const { verdicts } = await verify(request, ports(engine, { onProgress: (progress) => told.push(progress) }));
    expect(told.map(({ kind }) => kind)).toEqual(['started', 'started', 'verdict']);
    expect(told.at(-1)).toEqual({ kind: 'verdict', verdict: verdicts[0] });
  });

  it('builds what else the edit changes, with verdicts of their own and no progress on the checks of the kernels', async () => {
    const known = (side: string): Facts => {
      const of = (name: string) => present(`/nix/store/${side}-${name}.drv`, { tests: ['smoke'] });
      const [own, other] = [of('v4l2loopback'), of('v4l2loopback_debug')];
      const set = { state: 'present', version: '6.12.107', modDirVersion: '6.12.107' };
      const attrs = { v4l2loopback: own, v4l2loopback_debug: other };
      return {
        ...facts({}),
        sets: { linux_6_12: { ...set, attrs } },
        packages: { tools: of('tools') },
      } as unknown as Facts;
    };
    const told: VerifyProgress[] = [];
    const engine = scripted({ builds: { '/nix/store/after-tools.drv': fails } });
    const verified = await verifyFacts(
      {
        ...{ attr: 'v4l2loopback', sets, shared: ['v4l2loopback_debug'], packages: ['tools'] },
        facts: { before: known('before'), after: known('after') },
      },
      ports(engine, { onProgress: (progress) => told.push(progress) }),
    );
    expect(engine.commands.filter(({ program }) => program === 'nix-instantiate')).toEqual([]);
    expect(verified).toMatchObject({
      verdicts: [{ set: 'linux_6_12', status: 'same' }],
      shared: [
        { attr: 'v4l2loopback_debug', verdicts: [{ set: 'linux_6_12', status: 'same' }] },
        { attr: 'pkgs.tools', verdicts: [{ set: 'pkgs', status: 'regression', error: { file: 'x.c' } }] },
      ],
      tests: ['smoke'],
    });
    expect(told.filter((progress) => progress.kind !== 'verdict' && progress.set === 'pkgs')).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const engine = scripted({ after: present('/nix/store/after.drv') });
    const signal = AbortSignal.abort(new Error('the service stops'));
    await expect(verify(request, ports(engine, { signal }))).rejects.toThrow('the service stops');
  });

  it('says of every set that nothing was built where there is no Nix', async () => {
    const verified = await verify(request, ports(noEngine('off')));
    expect(verified).toMatchObject({ system: null, verdicts: [{ set: 'linux_6_12', status: 'not built' }] });
  });
});

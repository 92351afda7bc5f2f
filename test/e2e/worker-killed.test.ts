import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { openEngine } from '../../src/nix/engine/open.js';
import { readFolder } from '../support/folder.js';
import { type GitHub, startGitHub } from '../support/github/index.js';
import {
  containersOf,
  copyNixpkgs,
  kernelsInImage,
  nixImage,
  setName,
  testEngineEnvironment,
  testEngineSettings,
} from '../support/nix.js';
import { describeWith } from '../support/require.js';
import { type AppProcess, dataFolder, startApp } from './support/app-process.js';
import { createDriver, driverFiles, release } from './support/driver.js';
import { conclusionsOf, pullsOf } from './support/fork.js';
import { until } from './support/until.js';

const minutes = (count: number) => count * 60_000;

// Its containers are told from those of suites that run at the same time.
const instance = `modprobot-killed-${process.pid}`;
const fork = 'carla/nixpkgs';

/** So long takes the build, told from every other sleep on this machine. */
const seconds = `20.${process.pid}`;

/** Whether the build in its container has come to the sleep. */
async function isCompiling(): Promise<boolean> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(lines)).includes(`sleep\0${seconds}\0`);
}

/** A module that takes its time to build. Its text was never built before, so no store has it. */
const slowly = (time: string) => ({
  'slow.c': `// ${randomUUID()}
#include <linux/module.h>
MODULE_LICENSE("GPL");
`,
  Makefile: `obj-m := slow.o
all:
	sleep ${time}
	$(MAKE) -C $(KERNEL_DIR) M=$(CURDIR) modules
install:
	$(MAKE) -C $(KERNEL_DIR) M=$(CURDIR) modules_install
`,
});

describeWith(nixImage, 'a worker that is killed in the middle of a build', () => {
  let github: GitHub;
  let nixpkgs: string;
  let set: string;
  let data: Awaited<ReturnType<typeof dataFolder>>;
  let app: AppProcess;

  beforeAll(async () => {
    github = await startGitHub();
    const engine = await openEngine(testEngineSettings());
    const kernels = await kernelsInImage(engine.engine);
    await engine.close();
    nixpkgs = await copyNixpkgs(kernels);
    set = kernels[0] ? setName(kernels[0]) : '';
    data = await dataFolder();
    const driver = await createDriver(github, 'slow', slowly('0'));
    await release(github, driver, '1.1.0', slowly(seconds));
    const files = { ...(await readFolder(nixpkgs)), ...(await driverFiles(github, [driver], nixpkgs)) };
    const config = { '.github/modprobot.yml': 'kernels: [default]\ndrivers:\n  slow: {}\n' };
    await github.createRepository({
      owner: 'carla',
      name: 'nixpkgs',
      defaultBranch: 'master',
      files: { ...files, ...config },
    });
    app = await start();
    github.install('carla', [fork]);
  }, minutes(3));

  afterAll(async () => {
    await app?.stop();
    await github?.close();
    await data?.remove();
    if (nixpkgs) await rm(nixpkgs, { recursive: true, force: true });
  }, minutes(1));

  const start = () =>
    startApp({ github, data: data.path, environment: { ...testEngineEnvironment(), MODPROBOT_INSTANCE: instance } });

  it(
    'leaves no container, and its update to the next start, which ends it',
    async () => {
      await until('the compiler', isCompiling, minutes(2));
      await app.kill();
      const [left] = await containersOf(instance);
      expect(left).toBeDefined();

      app = await start();
      const says = (text: string) => until(text, () => app.log.some(({ msg }) => msg.includes(text)));
      await says('Removed 1 container(s) of a run that was killed');
      expect(await containersOf(instance)).not.toContain(left);
      await says('a job was left by a process that died, and is taken up again');

      const pull = await until('the pull request', () => pullsOf(github, fork)[0], minutes(3));
      expect(pull).toMatchObject({ title: 'linuxPackages.slow: 1.0.0 -> 1.1.0', pull: { draft: false } });
      expect(conclusionsOf(github, fork, pull.pull.headSha)).toEqual({ [set]: 'success' });
      expect(await app.stop()).toBe(0);
      expect(await containersOf(instance)).toEqual([]);
      expect(github.violations).toEqual([]);
    },
    minutes(6),
  );
});

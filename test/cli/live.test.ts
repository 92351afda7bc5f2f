import { checkCommand } from '../../src/cli/check.js';
import { explainCommand } from '../../src/cli/explain.js';
import { updateCommand } from '../../src/cli/update.js';
import { type CliWorld, openCliWorld, withoutProgress } from './world.js';

let world: CliWorld;
let flags: { nixpkgs: string };
let restore: () => void;
beforeAll(async () => {
  restore = withoutProgress();
  world = await openCliWorld({
    'umlaeute/v4l2loopback': ['v0.13.1', 'v0.13.2', 'v0.15.0', 'v0.16-rc1', 'debian/0.15.0-1'],
    'atar-axis/xpadneo': ['v0.9.6', 'v0.9.7'],
    'fixture-drivers/two-axes': ['v6.8-v1.0', 'v6.12-v1.3', 'v99.1-v1.4'],
  });
  flags = { nixpkgs: world.nixpkgs };
  Object.assign(process.env, world.environment);
});
afterAll(async () => {
  restore();
  await world.close();
});

type Checked = { readonly drivers: readonly { readonly attr: string }[] };
const byAttr = ({ drivers }: Checked) => new Map(drivers.map((driver) => [driver.attr, driver]));

describe('check', () => {
  it('says of every followed driver whether it is behind, and lets one dead upstream stop no other', async () => {
    const { json, text, exitCode } = await checkCommand([], flags);
    const drivers = byAttr(json as Checked);
    expect(drivers.get('v4l2loopback')).toEqual({
      attr: 'v4l2loopback',
      current: '0.13.2',
      newest: '0.15.0',
      state: 'behind',
      reason: expect.stringContaining('v0.15.0'),
    });
    expect(drivers.get('xpadneo')).toMatchObject({ current: '0.9.7', newest: '0.9.7', state: 'current' });
    expect(drivers.get('two-axes')).toMatchObject({ current: '6.8-v1.0', newest: '6.12-v1.3', state: 'behind' });
    expect(drivers.get('xone')).toMatchObject({
      newest: null,
      state: 'error',
      reason: expect.stringMatching(/xone .*\[upstream-gone\]$/),
    });
    expect(drivers.has('cpupower')).toBe(false);
    expect(text).toMatch(/v4l2loopback +behind +0\.13\.2 +0\.15\.0/);
    expect(exitCode).toBe(0);
  });

  it('says why, and exits by it, when all that was asked for ended in one way', async () => {
    const refused = await checkCommand(['mwprocapture', 'no-such-module'], flags);
    expect(refused).toMatchObject({ exitCode: 2, text: expect.stringContaining('no attribute no-such-module') });
    expect(refused.json).toMatchObject({ drivers: [{ state: 'refused' }, { state: 'refused', current: null }] });
    expect(await checkCommand(['xone'], flags)).toMatchObject({ exitCode: 1 });
    expect(await checkCommand(['xpadneo', 'xpadneo'], flags)).toMatchObject({ exitCode: 0 });
  });
});

describe('explain', () => {
  it("gives the verdict on every tag in choose's words, what matters first", async () => {
    const { json, text, exitCode } = await explainCommand('v4l2loopback', flags);
    expect(json).toEqual({
      chosen: 'v0.15.0',
      version: '0.15.0',
      kernel: null,
      schemeChanged: false,
      verdicts: expect.arrayContaining([{ tag: 'v0.16-rc1', verdict: 'prerelease', reason: expect.any(String) }]),
    });
    expect(text).toMatch(/^v0\.13\.2 -> v0\.15\.0\n\nv0\.15\.0 +chosen/);
    expect(exitCode).toBe(0);
  });

  it('says of a driver that follows nothing why that is so', async () => {
    const { json, text, exitCode } = await explainCommand('cpupower', flags);
    expect(json).toEqual({
      chosen: null,
      version: null,
      kernel: null,
      schemeChanged: false,
      verdicts: [],
      code: 'no-source',
      reason: expect.stringContaining('no source'),
    });
    expect({ text, exitCode }).toEqual({ text: expect.stringContaining('[no-source]'), exitCode: 2 });
  });

  it('fails when upstream is gone', async () => {
    await expect(explainCommand('xone', flags)).rejects.toMatchObject({ code: 'upstream-gone' });
  });
});

describe('update, with every kind of ending', () => {
  const keys = ['attr', 'outcome', 'code', 'reason', 'version', 'rev', 'hash', 'hashedBy', 'files'];
  const update = (attr: string, more: object = {}) =>
    updateCommand(attr, { ...flags, dryRun: true, verify: false, ...more });

  it.each([
    ['edited', 'v4l2loopback', {}],
    ['current', 'xpadneo', {}],
    ['refused', 'cpupower', {}],
  ])('prints the same keys when it is %s, and `kernels` only where kernels were to be built', async (outcome, attr) => {
    const answer = await update(attr);
    expect(Object.keys(answer.json as object)).toEqual(keys);
    expect(answer.json).toMatchObject({ attr, outcome });
    const verified = await update(attr, { verify: true, kernels: 'matching' });
    expect(Object.keys(verified.json as object)).toEqual([...keys, 'kernels']);
  });

  it('takes a tag that is named for a kernel that nixpkgs does not have, where nothing is to be built', async () => {
    const { json } = await update('two-axes', { toTag: 'v99.1-v1.4' });
    expect(json).toMatchObject({ outcome: 'edited', version: { to: '99.1-v1.4' }, hashedBy: ['builtin'] });
    const { json: built, exitCode } = await update('two-axes', { toTag: 'v99.1-v1.4', verify: true });
    expect({ built, exitCode }).toMatchObject({ built: { outcome: 'waiting' }, exitCode: 3 });
  });

  it('says without an engine that nothing was built', async () => {
    const { json, text } = await update('v4l2loopback', { verify: true, kernels: 'all' });
    expect(json).toMatchObject({
      kernels: [{ status: 'not built' }, { status: 'not built' }, { status: 'not built' }],
    });
    expect(text).toContain('+  version = "0.15.0";');
  });
});

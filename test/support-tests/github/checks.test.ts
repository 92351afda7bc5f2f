import { fork, here, refusalOf, startFork } from './fork.js';

type Fork = Awaited<ReturnType<typeof startFork>>;

describe('the GitHub stand-in, keeping check runs', () => {
  let world: Fork;
  let head_sha: string;
  beforeAll(async () => {
    world = await startFork();
    head_sha = await world.github.commit(fork, { branch: 'topic', files: { topic: 'x' }, message: 'topic' });
  });
  afterAll(() => world.github.close());
  const clean = () => expect(world.github.violations.splice(0)).toEqual([]);

  const create = async (more: object = {}) =>
    (
      await world.bot.request('POST /repos/{owner}/{repo}/check-runs', {
        ...here,
        name: 'linux_6_12',
        head_sha,
        ...more,
      })
    ).data;
  const update = async (check_run_id: number, more: object) =>
    (
      await world.bot.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
        ...here,
        check_run_id,
        ...more,
      })
    ).data;
  const annotations = (count: number) =>
    Array.from({ length: count }, (_, line) => ({
      ...{ path: 'pkgs/driver/default.nix', start_line: line + 1, end_line: line + 1 },
      ...{ annotation_level: 'failure', message: 'it does not build' },
    }));

  it('takes one from queued through live to completed', async () => {
    const { id, status, conclusion } = await create({
      status: 'queued',
      external_id: 'job 1',
      details_url: 'https://x.example/1',
    });
    expect({ status, conclusion }).toEqual({ status: 'queued', conclusion: null });
    const live = await update(id, { status: 'in_progress', output: { title: 'compiling, 2 of 3', summary: 'so far' } });
    expect(live).toMatchObject({ status: 'in_progress', external_id: 'job 1', output: { title: 'compiling, 2 of 3' } });
    const done = await update(id, { conclusion: 'success' });
    expect(done).toMatchObject({ status: 'completed', conclusion: 'success' });
    expect(done.completed_at).not.toBeNull();
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', {
      ...here,
      check_run_id: id,
    });
    expect(data.app?.slug).toBe('modprobot');
    clean();
  });

  it('adds annotations, fifty at a time', async () => {
    const { id } = await create({ output: { title: 't', summary: 's', annotations: annotations(50) } });
    const more = await update(id, { output: { title: 't', summary: 's', annotations: annotations(10) } });
    expect(more.output.annotations_count).toBe(60);
    const list = await world.bot.paginate('GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', {
      ...here,
      check_run_id: id,
    });
    expect(list).toHaveLength(60);
    clean();
    const refusal = await refusalOf(update(id, { output: { title: 't', summary: 's', annotations: annotations(51) } }));
    expect(refusal.status).toBe(422);
    expect(world.github.violations.splice(0)).not.toEqual([]);
  });

  it('refuses a fourth button, long labels, a long summary, a commit that is not there, and no conclusion', async () => {
    const action = { label: 'Rebuild', identifier: 'rebuild', description: 'once more' };
    await create({ actions: [action, action, action] });
    clean();
    expect((await refusalOf(create({ actions: [action, action, action, action] }))).status).toBe(422);
    expect((await refusalOf(create({ actions: [{ ...action, label: 'x'.repeat(21) }] }))).status).toBe(422);
    expect((await refusalOf(create({ output: { title: 't', summary: 'x'.repeat(65_536) } }))).status).toBe(422);
    expect((await refusalOf(create({ status: 'completed' }))).status).toBe(422);
    expect(world.github.violations.splice(0)).not.toEqual([]);
    expect(await refusalOf(create({ head_sha: 'f'.repeat(40) }))).toMatchObject({
      message: expect.stringContaining('No commit found for SHA'),
    });
    clean();
  });

  it('takes a request to run again from REST too', async () => {
    const { id, check_suite } = await create();
    const run = { ...here, check_run_id: id };
    const again = await world.bot.request('POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest', run);
    expect(again.status).toBe(201);
    const suite = { ...here, check_suite_id: check_suite?.id ?? 0 };
    await world.bot.request('POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest', suite);
    clean();
  });

  it('lists of each name the newest, or all', async () => {
    await create({ name: 'linux_7_2' });
    const newest = await create({ name: 'linux_7_2', conclusion: 'neutral' });
    const ask = { ...here, ref: head_sha, check_name: 'linux_7_2' };
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', ask);
    expect(data.check_runs.map(({ id }) => id)).toEqual([newest.id]);
    const all = await world.bot.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      ...ask,
      filter: 'all',
    });
    expect(all.data.total_count).toBe(2);
    clean();
  });

  it('opens a suite for every push, and gathers the runs in it', async () => {
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/commits/{ref}/check-suites', {
      ...here,
      ref: 'topic',
    });
    expect(data.check_suites).toMatchObject([{ head_branch: 'topic', head_sha }]);
    const check_suite_id = data.check_suites[0]?.id ?? 0;
    const path = { ...here, check_suite_id };
    expect((await world.bot.request('GET /repos/{owner}/{repo}/check-suites/{check_suite_id}', path)).data.id).toBe(
      check_suite_id,
    );
    await create();
    const runs = await world.bot.request('GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs', path);
    expect(runs.data.total_count).toBeGreaterThan(0);
    expect((await world.bot.request('POST /repos/{owner}/{repo}/check-suites', { ...here, head_sha })).status).toBe(
      200,
    );
    clean();
  });
});

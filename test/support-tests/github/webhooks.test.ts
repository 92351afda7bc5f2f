import { createHmac } from 'node:crypto';
import { fork, here, startFork, startReceiver } from './fork.js';

type Fork = Awaited<ReturnType<typeof startFork>>;
type Receiver = Awaited<ReturnType<typeof startReceiver>>;

describe('the GitHub stand-in, telling the App what happened', () => {
  let world: Fork;
  let hooks: Receiver;
  beforeEach(async () => {
    world = await startFork();
    hooks = await startReceiver(world.github);
  });
  afterEach(async () => {
    hooks.close();
    await world.github.close();
    expect(world.github.violations).toEqual([]);
  });

  const heard = async () => {
    await world.github.settled();
    return hooks.names().sort();
  };

  it('signs what it sends', async () => {
    await world.github.commit(fork, { files: { a: 'a' }, message: 'push' });
    await heard();
    const push = hooks.received.find(({ headers }) => headers['x-github-event'] === 'push');
    const digest = createHmac('sha256', world.github.app.webhookSecret)
      .update(push?.body ?? '')
      .digest('hex');
    expect(push?.headers).toMatchObject({
      ...{ 'x-hub-signature-256': `sha256=${digest}`, 'content-type': 'application/json' },
      'x-github-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-github-hook-installation-target-id': String(world.github.app.id),
    });
    expect(JSON.parse(push?.body ?? '')).toMatchObject({
      ...{ ref: 'refs/heads/master', installation: { id: world.installation }, repository: { full_name: fork } },
      ...{ commits: [{ added: ['a'], modified: [], removed: [] }], sender: { login: 'octo' } },
    });
  });

  it('tells of branches, tags and releases, but of no tags when there are more than three', async () => {
    await world.github.commit(fork, { branch: 'topic', files: { a: 'a' }, message: 'a' });
    expect(await heard()).toEqual(['check_suite.requested', 'create', 'push']);
    hooks.received.splice(0);
    await world.github.tag(fork, { name: 'v1', message: 'annotated' });
    await world.github.release(fork, { tag: 'v1', assets: { 'a.tar.gz': 'x' } });
    expect(await heard()).toEqual(['create', 'push', 'release.created', 'release.published', 'release.released']);
    hooks.received.splice(0);
    await world.github.people.deleteBranch(fork, 'topic', 'octo');
    expect(await heard()).toEqual(['delete', 'push']);
    hooks.received.splice(0);
    await world.github.tags(fork, [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }]);
    expect(await heard()).toEqual([]);
  });

  it('tells the story of a pull request', async () => {
    const { people } = world.github;
    await world.github.commit(fork, { branch: 'topic', files: { a: 'a' }, message: 'a' });
    const { number } = await people.openPull(fork, 'ada', { title: 'p', head: 'topic', base: 'master' });
    await heard();
    hooks.received.splice(0);
    await world.github.commit(fork, { branch: 'topic', by: 'ada', files: { b: 'b' }, message: 'b' });
    await people.edit(fork, number, 'ada', { title: 'better', body: 'text' });
    await people.convertToDraft(fork, number, 'ada');
    await people.markReady(fork, number, 'ada');
    await people.setLabels(fork, number, 'ada', ['kernel']);
    people.review(fork, number, 'octo', 'APPROVED');
    people.comment(fork, number, 'octo', '/modprobot rebuild');
    await people.close(fork, number, 'octo');
    await people.reopen(fork, number, 'octo');
    await people.merge(fork, number, 'octo');
    expect((await heard()).filter((name) => name.startsWith('pull') || name.startsWith('issue'))).toEqual([
      'issue_comment.created',
      'pull_request.closed',
      'pull_request.closed',
      'pull_request.converted_to_draft',
      'pull_request.edited',
      'pull_request.labeled',
      'pull_request.ready_for_review',
      'pull_request.reopened',
      'pull_request.synchronize',
      'pull_request_review.submitted',
    ]);
    const comment = hooks.received.find(({ headers }) => headers['x-github-event'] === 'issue_comment');
    expect(JSON.parse(comment?.body ?? '').issue.pull_request).toBeDefined();
  });

  it('tells of issues and of edited and deleted comments', async () => {
    const { people } = world.github;
    const issue = people.openIssue(fork, 'ada', 'broken', 'text');
    await people.edit(fork, issue.number, 'ada', { body: '- [x] check now' });
    const comment = people.comment(fork, issue.number, 'ada', 'x');
    people.editComment(fork, issue.number, comment.id, 'ada', 'y');
    await world.bot.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      ...here,
      comment_id: comment.id,
    });
    await people.setLabels(fork, issue.number, 'ada', ['bug']);
    await people.setLabels(fork, issue.number, 'ada', []);
    await people.close(fork, issue.number, 'ada');
    await people.reopen(fork, issue.number, 'ada');
    const assign = { ...here, issue_number: issue.number, assignees: ['octo'] };
    await world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', assign);
    await world.bot.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees', assign);
    expect(await heard()).toEqual([
      'issue_comment.created',
      'issue_comment.deleted',
      'issue_comment.edited',
      'issues.assigned',
      'issues.closed',
      'issues.edited',
      'issues.labeled',
      'issues.opened',
      'issues.reopened',
      'issues.unassigned',
      'issues.unlabeled',
    ]);
  });

  it('brings the buttons of check runs to the App', async () => {
    const head_sha = await world.github.commit(fork, { branch: 'topic', files: { a: 'a' }, message: 'a' });
    const { data } = await world.bot.request('POST /repos/{owner}/{repo}/check-runs', {
      ...{ ...here, name: 'linux_6_12', head_sha, status: 'completed', conclusion: 'failure' },
      actions: [{ label: 'Rebuild', identifier: 'rebuild', description: 'once more' }],
    });
    await heard();
    hooks.received.splice(0);
    await world.github.people.rerun(fork, data.id, 'octo');
    await world.github.people.pressAction(fork, data.id, 'octo', 'rebuild');
    await world.github.people.rerunSuite(fork, head_sha, 'octo');
    expect(await heard()).toEqual(['check_run.requested_action', 'check_run.rerequested', 'check_suite.rerequested']);
    const pressed = hooks.received.find(({ body }) => body.includes('requested_action'));
    expect(JSON.parse(pressed?.body ?? '').requested_action.identifier).toBe('rebuild');
  });

  it('tells of installing, suspending, adding, removing, renaming, transferring and uninstalling', async () => {
    const { github, installation } = world;
    await github.createRepository({ owner: 'octo', name: 'other', files: { a: 'a' } });
    github.addToInstallation(installation, 'octo/other');
    github.removeFromInstallation(installation, 'octo/other');
    github.suspend(installation);
    github.unsuspend(installation);
    github.changePermissions(installation, { contents: 'read' });
    github.rename(fork, 'nixpkgs-fork');
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}', here);
    expect(data.full_name).toBe('octo/nixpkgs-fork');
    github.transfer('octo/nixpkgs-fork', 'ada');
    await heard();
    expect((await world.bot.request('GET /repos/{owner}/{repo}', here)).data.full_name).toBe('ada/nixpkgs-fork');
    github.uninstall(installation);
    github.install('ada', 'all');
    expect(await heard()).toEqual([
      'installation.created',
      'installation.deleted',
      'installation.new_permissions_accepted',
      'installation.suspend',
      'installation.unsuspend',
      'installation_repositories.added',
      'installation_repositories.removed',
      'repository.renamed',
    ]);
  });

  it('says nothing of repositories where the App is not installed, or that it may not read', async () => {
    await world.github.createRepository({ owner: 'upstream', name: 'driver', files: { a: 'a' } });
    await world.github.tag('upstream/driver', { name: 'v1' });
    world.github.changePermissions(world.installation, { issues: 'read' });
    await world.github.commit(fork, { files: { a: 'a' }, message: 'push' });
    expect(await heard()).toEqual(['installation.new_permissions_accepted']);
  });

  it('keeps deliveries for the App to look through, and sends a lost one again under the same id', async () => {
    hooks.answer.status = 503;
    await world.github.tag(fork, { name: 'v1' });
    await heard();
    const { data } = await world.app.request('GET /app/hook/deliveries', { per_page: 100 });
    const lost = data.filter(({ status }) => status !== 'OK' && status !== 'not sent');
    expect(lost.map(({ event, status_code }) => [event, status_code])).toEqual(
      expect.arrayContaining([
        ['push', 503],
        ['create', 503],
      ]),
    );
    hooks.answer.status = 202;
    const delivery_id = lost[0]?.id ?? 0;
    const again = await world.app.request('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id });
    expect(again.status).toBe(202);
    await heard();
    const { data: one } = await world.app.request('GET /app/hook/deliveries/{delivery_id}', { delivery_id });
    const last = world.github.deliveries.at(-1);
    expect(last).toMatchObject({ guid: one.guid, redelivery: true, statusCode: 202, status: 'OK' });
    const page = await world.app.request('GET /app/hook/deliveries', { per_page: 1 });
    expect(page.headers.link).toMatch(/cursor=\d+>; rel="next"/);
    await world.app.request('PATCH /app/hook/config', { content_type: 'json' });
    expect((await world.app.request('GET /app/hook/config')).data.url).toMatch(/^http:/);
  });
});

import { fork, here, refusalOf, startFork } from './fork.js';

type Fork = Awaited<ReturnType<typeof startFork>>;

describe('the GitHub stand-in, asked in GraphQL', () => {
  let world: Fork;
  let repositoryId: string;
  beforeAll(async () => {
    world = await startFork();
    repositoryId = (await world.bot.request('GET /repos/{owner}/{repo}', here)).data.node_id;
  });
  afterAll(() => world.github.close());
  const clean = () => expect(world.github.violations.splice(0)).toEqual([]);

  const toDraft = `mutation ($id: ID!) {
    convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft number headRefOid } }
  }`;
  const toReady = `mutation ($id: ID!) {
    markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft state } }
  }`;
  const move = `mutation ($repositoryId: ID!, $refUpdates: [RefUpdate!]!) {
    updateRefs(input: { repositoryId: $repositoryId, refUpdates: $refUpdates, clientMutationId: "one" }) { clientMutationId }
  }`;
  const open = async (branch: string) => {
    await world.github.commit(fork, { branch, files: { [branch]: 'x' }, message: branch });
    return (
      await world.bot.request('POST /repos/{owner}/{repo}/pulls', { ...here, title: 'p', head: branch, base: 'master' })
    ).data;
  };

  it('turns a pull request into a draft and back, as REST sees it too', async () => {
    const pull = await open('draft');
    const answer = await world.bot.graphql(toDraft, { id: pull.node_id });
    expect(answer).toMatchObject({
      convertPullRequestToDraft: { pullRequest: { isDraft: true, headRefOid: pull.head.sha } },
    });
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...here,
      pull_number: pull.number,
    });
    expect(data.draft).toBe(true);
    const back = await world.bot.graphql(toReady, { id: pull.node_id });
    expect(back).toMatchObject({ markPullRequestReadyForReview: { pullRequest: { isDraft: false, state: 'OPEN' } } });
    clean();
  });

  it('moves a branch only from where it is said to stand, and all branches or none', async () => {
    const base = await world.github.commit(fork, { branch: 'one', files: { one: '1' }, message: 'one' });
    const next = await world.github.commit(fork, { branch: 'next', onto: base, files: { one: '2' }, message: 'next' });
    const ask = (...refUpdates: object[]) => world.bot.graphql(move, { repositoryId, refUpdates });
    await ask({ name: 'refs/heads/one', beforeOid: base, afterOid: next });
    const late = { name: 'refs/heads/one', beforeOid: base, afterOid: base, force: true };
    const fresh = { name: 'refs/heads/fresh', beforeOid: '0'.repeat(40), afterOid: next };
    expect(await refusalOf(ask(fresh, late))).toMatchObject({
      errors: [{ type: 'UNPROCESSABLE', path: ['updateRefs'] }],
    });
    const heads = await world.bot.request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', {
      ...here,
      ref: 'heads/',
    });
    const names = heads.data.map(({ ref, object }) => [ref, object.sha]);
    expect(names).toContainEqual(['refs/heads/one', next]);
    expect(names.map(([ref]) => ref)).not.toContain('refs/heads/fresh');
    await ask(fresh);
    expect(await refusalOf(ask(fresh))).toMatchObject({ errors: [{ type: 'UNPROCESSABLE' }] });
    await ask({ name: 'refs/heads/fresh', beforeOid: next, afterOid: '0'.repeat(40) });
    clean();
  });

  it('lets one of two movers win', async () => {
    const base = await world.github.commit(fork, { branch: 'raced', files: { raced: '1' }, message: 'one' });
    const move1 = await world.github.commit(fork, { branch: 'r1', onto: base, files: { raced: '2' }, message: 'two' });
    const move2 = await world.github.commit(fork, {
      branch: 'r2',
      onto: base,
      files: { raced: '3' },
      message: 'three',
    });
    const ask = (afterOid: string) =>
      world.bot.graphql(move, { repositoryId, refUpdates: [{ name: 'refs/heads/raced', beforeOid: base, afterOid }] });
    const answers = await Promise.allSettled([ask(move1), ask(move2)]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    clean();
  });

  it('needs contents as well as pull requests to change a draft, as GitHub does', async () => {
    const pull = await open('limited');
    const { data } = await world.app.request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: world.installation,
      permissions: { pull_requests: 'write', contents: 'read' },
    });
    const refusal = await refusalOf(world.withToken(data.token).graphql(toDraft, { id: pull.node_id }));
    expect(refusal).toMatchObject({
      errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
    });
    clean();
  });

  it('reads a repository, its refs and its pull requests', async () => {
    const pull = await open('read');
    const query = `query ($owner: String!, $repo: String!, $number: Int!) {
      repository(owner: $owner, name: $repo) {
        nameWithOwner
        defaultBranchRef { name target { oid } }
        pullRequest(number: $number) { id title mergeable baseRefName }
      }
    }`;
    const answer = await world.bot.graphql(query, { ...here, number: pull.number });
    expect(answer).toMatchObject({
      repository: { nameWithOwner: fork, defaultBranchRef: { name: 'master' }, pullRequest: { id: pull.node_id } },
    });
    clean();
  });

  it('says which node is not there, and records what GitHub would not understand', async () => {
    expect(await refusalOf(world.bot.graphql(toDraft, { id: 'PR_none' }))).toMatchObject({
      errors: [{ type: 'NOT_FOUND' }],
    });
    clean();
    await refusalOf(world.bot.graphql('mutation { convertPullRequestToDraft(input: { pullRequest: "x" }) { draft } }'));
    expect(world.github.violations.splice(0).join()).toContain('pullRequestId');
    expect(await refusalOf(world.anonymous.graphql('{ viewer { login } }'))).toMatchObject({ status: 401 });
  });
});

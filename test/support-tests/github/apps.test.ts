import { createSign } from 'node:crypto';
import { fork, here, owner, refusalOf, startFork } from './fork.js';

type Fork = Awaited<ReturnType<typeof startFork>>;

describe('the GitHub stand-in, to an App', () => {
  let world: Fork;
  beforeAll(async () => {
    world = await startFork();
  });
  afterAll(() => world.github.close());
  afterEach(() => expect(world.github.violations).toEqual([]));

  const jwt = (claims: object, key = world.github.app.privateKey) => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
  };
  const now = () => Math.floor(Date.now() / 1000);
  const asApp = (claims: object, key?: string) =>
    refusalOf(
      world
        .withToken(jwt(claims, key))
        .request('GET /app', { headers: { authorization: `Bearer ${jwt(claims, key)}` } }),
    );

  it('tells an App who it is', async () => {
    const { data } = await world.app.request('GET /app');
    expect(data).toMatchObject({ slug: 'modprobot', id: world.github.app.id });
  });

  it('refuses a token that lives longer than ten minutes, has expired, or comes from the future', async () => {
    const iss = world.github.app.id;
    expect(await asApp({ iss, iat: now(), exp: now() + 3600 })).toMatchObject({ status: 401 });
    expect(await asApp({ iss, iat: now() - 900, exp: now() - 300 })).toMatchObject({ status: 401 });
    expect(await asApp({ iss, iat: now() + 300, exp: now() + 500 })).toMatchObject({ status: 401 });
  });

  it('refuses a token that another key signed, and one of another App', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const strange = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs1',
      format: 'pem',
    });
    const claims = { iss: world.github.app.id, iat: now(), exp: now() + 60 };
    expect(await asApp(claims, String(strange))).toMatchObject({ status: 401 });
    expect(await asApp({ ...claims, iss: 1 })).toMatchObject({ status: 404 });
  });

  it('refuses what nobody issued', async () => {
    const refusal = await refusalOf(world.withToken('ghs_made_up').request('GET /repos/{owner}/{repo}', here));
    expect(refusal).toMatchObject({ status: 401, message: expect.stringContaining('Bad credentials') });
  });

  it('lists installations and finds the one of a repository, a user and an organization', async () => {
    await world.github.createRepository({
      owner: 'org',
      ownerType: 'Organization',
      name: 'nixpkgs',
      files: { a: 'a' },
    });
    const other = world.github.install('org', 'all');
    const list = await world.app.request('GET /app/installations');
    expect(list.data.map(({ id }) => id)).toEqual([world.installation, other]);
    const one = await world.app.request('GET /repos/{owner}/{repo}/installation', here);
    expect(one.data.id).toBe(world.installation);
    expect((await world.app.request('GET /users/{username}/installation', { username: owner })).data.id).toBe(
      one.data.id,
    );
    expect((await world.app.request('GET /orgs/{org}/installation', { org: 'org' })).data.id).toBe(other);
    const byId = { installation_id: other };
    expect((await world.app.request('GET /app/installations/{installation_id}', byId)).data.target_type).toBe(
      'Organization',
    );
    await world.app.request('DELETE /app/installations/{installation_id}', byId);
  });

  it('gives a token no more than the installation has, and less when asked', async () => {
    const { data } = await world.app.request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: world.installation,
      repositories: ['nixpkgs'],
      permissions: { contents: 'read' },
    });
    expect(data).toMatchObject({
      permissions: { contents: 'read', metadata: 'read' },
      repository_selection: 'selected',
    });
    const writing = { ...here, content: 'x', encoding: 'utf-8' };
    const refusal = await refusalOf(
      world.withToken(data.token).request('POST /repos/{owner}/{repo}/git/blobs', writing),
    );
    expect(refusal).toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
    });
    const greedy = { installation_id: world.installation, permissions: { workflows: 'write' } } as const;
    expect(
      await refusalOf(world.app.request('POST /app/installations/{installation_id}/access_tokens', greedy)),
    ).toMatchObject({ status: 422 });
    const elsewhere = { installation_id: world.installation, repositories: ['elsewhere'] };
    expect(
      await refusalOf(world.app.request('POST /app/installations/{installation_id}/access_tokens', elsewhere)),
    ).toMatchObject({ status: 422 });
  });

  it('hides private repositories where the App is not installed, and shows public ones without letting it write', async () => {
    await world.github.createRepository({ owner: 'upstream', name: 'hidden', private: true, files: { a: 'a' } });
    await world.github.createRepository({ owner: 'upstream', name: 'driver', files: { a: 'a' } });
    const hidden = { owner: 'upstream', repo: 'hidden' };
    const driver = { owner: 'upstream', repo: 'driver' };
    expect(await refusalOf(world.bot.request('GET /repos/{owner}/{repo}', hidden))).toMatchObject({ status: 404 });
    expect((await world.bot.request('GET /repos/{owner}/{repo}', driver)).data.permissions).toMatchObject({
      push: false,
    });
    const blob = { ...driver, content: 'x' };
    expect(await refusalOf(world.bot.request('POST /repos/{owner}/{repo}/git/blobs', blob))).toMatchObject({
      status: 403,
    });
    expect(await refusalOf(world.anonymous.request('POST /repos/{owner}/{repo}/git/blobs', blob))).toMatchObject({
      status: 401,
    });
  });

  it('lists the repositories that an installation reaches, and says who it is installed by', async () => {
    const { data } = await world.bot.request('GET /installation/repositories');
    expect(data.repositories.map(({ full_name }) => full_name)).toEqual([fork]);
    const { data: user } = await world.bot.request('GET /users/{username}', { username: owner });
    expect(user.login).toBe(owner);
    expect((await world.anonymous.request('GET /apps/{app_slug}', { app_slug: 'modprobot' })).status).toBe(200);
  });

  it('ends tokens when they expire and when the installation is suspended or removed', async () => {
    const { data } = await world.app.request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: world.installation,
    });
    const bot = world.withToken(data.token);
    world.github.suspend(world.installation);
    expect(await refusalOf(bot.request('GET /repos/{owner}/{repo}', here))).toMatchObject({
      status: 403,
      message: expect.stringContaining('suspended'),
    });
    world.github.unsuspend(world.installation);
    await bot.request('GET /repos/{owner}/{repo}', here);
    world.github.expireTokens();
    expect(await refusalOf(bot.request('GET /repos/{owner}/{repo}', here))).toMatchObject({ status: 401 });
  });

  it('lets an App suspend itself, and give a token back', async () => {
    const path = { installation_id: world.installation };
    await world.app.request('PUT /app/installations/{installation_id}/suspended', path);
    expect(
      (await world.app.request('GET /app/installations/{installation_id}', path)).data.suspended_at,
    ).not.toBeNull();
    await world.app.request('DELETE /app/installations/{installation_id}/suspended', path);
    const { data } = await world.app.request('POST /app/installations/{installation_id}/access_tokens', path);
    const bot = world.withToken(data.token);
    await bot.request('DELETE /installation/token');
    expect(await refusalOf(bot.request('GET /repos/{owner}/{repo}', here))).toMatchObject({ status: 401 });
  });

  it('turns the code of a manifest into an App, once', async () => {
    const code = world.github.manifestCode();
    const { data } = await world.anonymous.request('POST /app-manifests/{code}/conversions', { code });
    expect(data).toMatchObject({ pem: world.github.app.privateKey, webhook_secret: world.github.app.webhookSecret });
    const again = world.anonymous.request('POST /app-manifests/{code}/conversions', { code });
    expect(await refusalOf(again)).toMatchObject({ status: 404 });
  });
});

import nock from 'nock';
import { createFetch } from '../../src/net/http.js';
import { createAddressPolicy } from '../../src/net/policy.js';
import { startHttpsServer } from '../support/git-server.js';
import { netTo } from '../support/net.js';

afterEach(() => nock.cleanAll());
afterAll(() => nock.restore());

describe('fetch', () => {
  it('is intercepted by nock like every other request', async () => {
    nock('https://gitlab.com').get('/file').reply(200, 'from nock');
    const fetch = createFetch(createAddressPolicy({ hosts: {}, allowedHosts: [] }));
    const response = await fetch('https://gitlab.com/file');
    await expect(response.text()).resolves.toBe('from nock');
  });

  it('reaches a mapped host under its own name while nock listens', async () => {
    const server = await startHttpsServer(['github.com'], (request, response) => {
      response.end(request.headers.host);
    });
    const response = await netTo(server).fetch('https://github.com/');
    await expect(response.text()).resolves.toBe('github.com');
    await server.close();
  });

  it.each(['http://github.com/', 'https://example.org/', 'https://user:secret@github.com/'])(
    'refuses %s',
    async (url) => {
      const fetch = createFetch(createAddressPolicy({ hosts: {}, allowedHosts: [] }));
      await expect(fetch(url)).rejects.toMatchObject({ code: 'address-refused' });
    },
  );
});

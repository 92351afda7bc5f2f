import { Fault } from '../../src/errors.js';
import { parseAllowedHosts, parseHostMap } from '../../src/net/hosts.js';
import { createAddressPolicy } from '../../src/net/policy.js';

const policyThatResolvesTo = (...addresses: string[]) =>
  createAddressPolicy({ hosts: {}, allowedHosts: [], resolve: async () => addresses });

describe('the address policy', () => {
  it('lets a known forge through and pins what was resolved', async () => {
    const policy = policyThatResolvesTo('140.82.121.4');
    await expect(policy.route('https://github.com/owner/repo')).resolves.toEqual({
      host: 'github.com',
      addresses: ['140.82.121.4'],
      port: 443,
      authority: null,
      mapped: false,
    });
  });

  it.each([
    ['http', 'http://github.com/a/b'],
    ['git', 'git://github.com/a/b'],
    ['ssh', 'ssh://git@github.com/a/b'],
    ['file', 'file:///etc/passwd'],
    ['ext', 'ext::sh -c id'],
    ['scp form', 'git@github.com:a/b'],
    ['a leading dash', '--upload-pack=id'],
    ['credentials', 'https://user:secret@github.com/a/b'],
    ['an unknown host', 'https://example.org/a/b'],
    ['an address instead of a name', 'https://127.0.0.1/a/b'],
    ['a disguised address', 'https://2130706433/a/b'],
    ['a look-alike host', 'https://github.com.example.org/a/b'],
  ])('refuses %s', async (_kind, address) => {
    await expect(policyThatResolvesTo('140.82.121.4').route(address)).rejects.toMatchObject({
      code: 'address-refused',
    });
  });

  it('never repeats a password in its message', () => {
    const policy = policyThatResolvesTo();
    expect(() => policy.check('https://user:secret@github.com/a')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });

  it('refuses a known name that resolves to a private address, even beside public ones', async () => {
    const policy = policyThatResolvesTo('140.82.121.4', '10.0.0.1');
    await expect(policy.route('https://github.com/a/b')).rejects.toThrow(/10\.0\.0\.1, which is not a public address/);
  });

  it('takes a host that the operator allowed, but no private address behind it', async () => {
    const options = { hosts: {}, allowedHosts: ['git.example.org'] };
    const open = createAddressPolicy({ ...options, resolve: async () => ['198.41.0.4'] });
    const inside = createAddressPolicy({ ...options, resolve: async () => ['192.168.0.4'] });
    await expect(open.route('https://git.example.org/a')).resolves.toMatchObject({ host: 'git.example.org' });
    await expect(inside.route('https://git.example.org/a')).rejects.toBeInstanceOf(Fault);
  });

  it('leads a mapped host where the operator says, private or not, without asking a name server', async () => {
    const policy = createAddressPolicy({
      hosts: { 'github.com': { url: 'https://127.0.0.1:34567' } },
      allowedHosts: [],
      resolve: () => Promise.reject(new Error('not asked')),
    });
    await expect(policy.route('https://github.com/a/b')).resolves.toMatchObject({
      host: 'github.com',
      addresses: ['127.0.0.1'],
      port: 34567,
      mapped: true,
    });
  });
});

describe('MODPROBOT_HOSTS', () => {
  it('is empty when nothing is set', () => {
    expect(parseHostMap(undefined)).toEqual({});
    expect(parseHostMap(' ')).toEqual({});
  });

  it('reads hosts with their address and authority', () => {
    const map = { 'github.com': { url: 'https://127.0.0.1:34567', ca: '/tmp/ca.pem' } };
    expect(parseHostMap(JSON.stringify(map))).toEqual(map);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['plain http', '{"github.com": {"url": "http://127.0.0.1"}}'],
    ['a path', '{"github.com": {"url": "https://127.0.0.1/x"}}'],
    ['credentials', '{"github.com": {"url": "https://u:p@127.0.0.1"}}'],
    ['a relative authority', '{"github.com": {"url": "https://127.0.0.1", "ca": "ca.pem"}}'],
    ['an unknown key', '{"github.com": {"url": "https://127.0.0.1", "insecure": true}}'],
    ['an address as name', '{"https://github.com": {"url": "https://127.0.0.1"}}'],
  ])('refuses %s', (_kind, text) => {
    expect(() => parseHostMap(text)).toThrow(expect.objectContaining({ code: 'setting-invalid' }));
  });
});

describe('MODPROBOT_ALLOWED_HOSTS', () => {
  it('reads names between commas and spaces', () => {
    expect(parseAllowedHosts('git.example.org, forge.example.org')).toEqual(['git.example.org', 'forge.example.org']);
    expect(parseAllowedHosts(undefined)).toEqual([]);
  });

  it('refuses what is no host name', () => {
    expect(() => parseAllowedHosts('https://example.org')).toThrow(/is not a lower-case host name/);
  });
});

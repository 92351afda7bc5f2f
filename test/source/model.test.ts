import fc from 'fast-check';
import { type ArgumentValue, modelSource } from '../../src/source/model.js';

function source(fetcher: string, args: Record<string, ArgumentValue>) {
  return modelSource({ fetcher, arguments: new Map(Object.entries(args)) });
}
const project = { owner: 'somebody', repo: 'some.driver' };

describe('modelSource', () => {
  it.each<[string, string, Record<string, ArgumentValue>, string]>([
    [
      'a rev on GitHub as it stands',
      'fetchFromGitHub',
      { ...project, rev: 'v1.2' },
      'https://github.com/somebody/some.driver/archive/v1.2.tar.gz',
    ],
    [
      'a tag on GitHub by its full name',
      'fetchFromGitHub',
      { ...project, tag: 'v1.2' },
      'https://github.com/somebody/some.driver/archive/refs/tags/v1.2.tar.gz',
    ],
    [
      'a tag beside a rev that is null',
      'fetchFromGitHub',
      { ...project, tag: 'v1', rev: null },
      'https://github.com/somebody/some.driver/archive/refs/tags/v1.tar.gz',
    ],
    [
      'another GitHub',
      'fetchFromGitHub',
      { ...project, rev: 'v1', githubBase: 'code.example' },
      'https://code.example/somebody/some.driver/archive/v1.tar.gz',
    ],
    [
      'Gitea like GitHub',
      'fetchFromGitea',
      { ...project, domain: 'gitea.example', rev: 'a/b' },
      'https://gitea.example/somebody/some.driver/archive/a/b.tar.gz',
    ],
    [
      'Codeberg without a domain',
      'fetchFromCodeberg',
      { ...project, tag: 'v1' },
      'https://codeberg.org/somebody/some.driver/archive/refs/tags/v1.tar.gz',
    ],
    [
      'GitLab through its API, escaped',
      'fetchFromGitLab',
      { ...project, rev: 'v1+2' },
      'https://gitlab.com/api/v4/projects/somebody%2Fsome%2Edriver/repository/archive.tar.gz?sha=v1%2B2',
    ],
    [
      'a tag, a group and a domain on GitLab',
      'fetchFromGitLab',
      { ...project, group: 'team', domain: 'git.example', tag: 'v1' },
      'https://git.example/api/v4/projects/team%2Fsomebody%2Fsome%2Edriver/repository/archive.tar.gz?sha=refs%2Ftags%2Fv1',
    ],
    [
      'Sourcehut, which writes tag and rev alike',
      'fetchFromSourcehut',
      { owner: '~somebody', repo: 'driver', tag: 'v1' },
      'https://git.sr.ht/~somebody/driver/archive/v1.tar.gz',
    ],
    [
      'the first of several mirrors',
      'fetchurl',
      { urls: ['https://one.example/a.tar.gz', 'https://two.example/a.tar.gz'] },
      'https://one.example/a.tar.gz',
    ],
  ])('knows the address of %s', (_, fetcher, args, url) => {
    expect(source(fetcher, args)).toMatchObject({ url, needsNix: [] });
  });

  it('hashes a file as it is for fetchurl and the unpacked tree for all others', () => {
    const url = 'https://example.org/driver-1.tar.gz';
    expect(source('fetchurl', { url })).toMatchObject({ mode: 'flat' });
    expect(source('fetchzip', { url })).toMatchObject({ mode: 'nar', stripRoot: true });
    expect(source('fetchzip', { url, stripRoot: false })).toMatchObject({ mode: 'nar', stripRoot: false });
  });

  it.each([
    ['fetchSubmodules', true],
    ['sparseCheckout', ['src']],
    ['leaveDotGit', true],
    ['postFetch', 'rm -r $out/doc'],
    ['deepClone', undefined],
    ['somethingNew', 'of tomorrow'],
  ])('leaves %s to Nix', (name, value) => {
    expect(source('fetchFromGitHub', { ...project, rev: 'v1', [name]: value })).toMatchObject({ needsNix: [name] });
  });

  it("leaves a git checkout and nixpkgs' own mirrors to Nix", () => {
    expect(source('fetchgit', { url: 'https://git.example/a.git', rev: 'v1' })).toMatchObject({
      needsNix: ['fetchgit'],
    });
    expect(source('fetchurl', { url: 'mirror://kernel/a.tar.xz' })).toMatchObject({ needsNix: ['mirror://'] });
  });

  it('needs no Nix for options that are switched off, nor for a name', () => {
    const off = { fetchSubmodules: false, sparseCheckout: [], leaveDotGit: null, postFetch: '', name: 'source' };
    expect(source('fetchFromGitHub', { ...project, rev: 'v1', ...off })).toMatchObject({ needsNix: [] });
    expect(source('fetchFromSourcehut', { ...project, rev: 'v1', vc: 'git' })).toMatchObject({ needsNix: [] });
  });

  it.each<[string, string, Record<string, ArgumentValue>, string]>([
    ['a fetcher that it does not know', 'fetchsvn', { url: 'https://example.org/' }, 'fetcher-unknown'],
    ['a name of JavaScript', 'constructor', {}, 'fetcher-unknown'],
    [
      'an owner that it could not evaluate',
      'fetchFromGitHub',
      { ...project, owner: undefined, rev: 'v1' },
      'source-unknown',
    ],
    ['both a tag and a rev', 'fetchFromGitHub', { ...project, tag: 'v1', rev: 'v1' }, 'source-unknown'],
    ['neither a tag nor a rev', 'fetchFromGitHub', project, 'source-unknown'],
    ['Gitea without a domain', 'fetchFromGitea', { ...project, rev: 'v1' }, 'source-unknown'],
    ['an address on the local disk', 'fetchurl', { url: 'file:///etc/passwd' }, 'source-unknown'],
    ['an address with a line break', 'fetchurl', { url: 'https://example.org/a\nb' }, 'source-unknown'],
  ])('refuses %s', (_, fetcher, args, code) => {
    expect(source(fetcher, args)).toMatchObject({ outcome: 'refused', code });
  });

  it('gives a URL that can be read back, or refuses, whatever the owner is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (owner, rev) => {
        const modelled = source('fetchFromGitHub', { owner, repo: 'driver', rev });
        return 'outcome' in modelled || URL.canParse(modelled.url);
      }),
    );
  });
});

import { choose } from '../../src/release/choose.js';
import { compilePattern } from '../../src/release/pattern.js';
import { chooseAmong, reasonOf, verdictsOf } from './support.js';

const commit = (digit: string): string => digit.repeat(40);

describe('choose, by driver and kernel', () => {
  const twoAxes = { current: 'v6.8-v1.0', pattern: 'v{kernel}-v{version}' };

  it('never lets a newer kernel outrank a newer driver', () => {
    const answer = chooseAmong('v6.8-v1.0 v6.9-v1.3 v6.10-v1.2', twoAxes);
    expect(answer).toMatchObject({ chosen: 'v6.9-v1.3', version: '1.3', kernel: '6.9' });
    expect(verdictsOf(answer)).toMatchObject({ 'v6.10-v1.2': 'superseded', 'v6.8-v1.0': 'current' });
  });

  it('takes the newest kernel that the newest driver was released for', () => {
    expect(chooseAmong('v6.9-v1.3 v6.10-v1.3 v6.8.12-v1.3', twoAxes).chosen).toBe('v6.10-v1.3');
  });

  it('takes the same driver for a newer kernel, and never for an older one', () => {
    const answer = chooseAmong('v6.7-v1.0 v6.9-v1.0', twoAxes);
    expect(answer.chosen).toBe('v6.9-v1.0');
    expect(verdictsOf(answer)['v6.7-v1.0']).toBe('older');
    expect(reasonOf(answer, 'v6.7-v1.0')).toContain('for an older kernel');
  });

  it('calls an older driver older, whatever its kernel', () => {
    expect(verdictsOf(chooseAmong('v7.0-v0.9', twoAxes))).toEqual({ 'v7.0-v0.9': 'older' });
  });

  it('says which tag has the newest driver for a kernel line', () => {
    const answer = chooseAmong('v6.8.1-v1.1 v6.8.2-v1.2 v6.9-v1.3', twoAxes);
    expect(reasonOf(answer, 'v6.8.2-v1.2')).toContain('for kernel 6.8 this one has the newest driver');
    expect(reasonOf(answer, 'v6.8.1-v1.1')).not.toContain('newest driver');
  });

  it('lets a release wait that is for a newer kernel than nixpkgs has, and takes the next one', () => {
    const answer = chooseAmong('v6.9-v1.3 v6.12.1-v1.4 v6.13-v1.5', { ...twoAxes, kernels: '6.6,6.12' });
    expect(answer.chosen).toBe('v6.12.1-v1.4');
    expect(verdictsOf(answer)['v6.13-v1.5']).toBe('kernel-too-new');
    expect(reasonOf(answer, 'v6.13-v1.5')).toContain('6.12');
  });

  it('refuses a release candidate of a kernel as a prerelease', () => {
    expect(verdictsOf(chooseAmong('v6.10-rc1-v1.4', twoAxes))).toEqual({ 'v6.10-rc1-v1.4': 'prerelease' });
  });

  it('requires the driver part: a tag of the kernel itself has another shape', () => {
    expect(verdictsOf(chooseAmong('v7.14 v6.5.11c1', twoAxes))).toEqual({
      'v7.14': 'other-shape',
      'v6.5.11c1': 'other-shape',
    });
    expect(reasonOf(chooseAmong('v7.14', twoAxes), 'v7.14')).toContain('one number');
  });

  it.each(['6.8-v1.0', 'v6.8-v1.0', '6.8-1.0', '1.0'])('knows the current release as %s', (current) => {
    const answer = chooseAmong('v6.8-v1.0', { ...twoAxes, current });
    expect(verdictsOf(answer)).toEqual({ 'v6.8-v1.0': 'current' });
  });
});

describe('choose, by series', () => {
  const letters = 'v6.5.11-g4.1 v6.8-v1.0 v6.9-v1.3 v6.12-f8';

  it('lets a change of letter wait for a person', () => {
    const answer = chooseAmong(letters, { current: '6.8-v1.0', pattern: 'v{kernel}-v{version}' });
    expect(verdictsOf(answer)).toMatchObject({ 'v6.12-f8': 'other-series', 'v6.5.11-g4.1': 'other-series' });
    expect(answer).toMatchObject({ chosen: 'v6.9-v1.3', schemeChanged: false });
  });

  it('follows the letter that a person names, though its numbers begin anew', () => {
    const options = { current: '6.9-v1.3', pattern: 'v{kernel}-v{version}' };
    const tags = `${letters} v6.14-f0.9`;
    const answer = chooseAmong(tags, { ...options, series: 'f' });
    expect(answer).toMatchObject({ chosen: 'v6.12-f8', version: '8', kernel: '6.12' });
    expect(verdictsOf(answer)).toMatchObject({ 'v6.9-v1.3': 'other-series', 'v6.14-f0.9': 'superseded' });
    expect(chooseAmong('v6.13-f0.9', { ...options, series: 'f' }).chosen).toBe('v6.13-f0.9');
  });

  it('sees another letter in front of a tag that lacks the kernel', () => {
    const answer = chooseAmong('p17.0.0 w17.0.0', { current: '16.2.3', pattern: 'w{version}-k{kernel}' });
    expect(verdictsOf(answer)).toEqual({ 'p17.0.0': 'other-series', 'w17.0.0': 'other-shape' });
  });

  it('reads the letter through {series}', () => {
    const answer = chooseAmong('g4.1 v1.3 v1.4 f8', { current: 'v1.3', pattern: '{series}{version}' });
    expect(verdictsOf(answer)).toEqual({
      'g4.1': 'other-series',
      'v1.3': 'current',
      'v1.4': 'chosen',
      f8: 'other-series',
    });
  });

  it('finds out the letter of a version without one from its tag, and waits when it cannot', () => {
    const pattern = 'v{kernel}-{series}{version}';
    expect(chooseAmong(letters, { current: '6.8-1.0', pattern }).chosen).toBe('v6.9-v1.3');
    expect(verdictsOf(chooseAmong('v6.9-v1.3', { current: '6.8-1.0', pattern }))).toEqual({
      'v6.9-v1.3': 'other-series',
    });
  });

  it('takes a letter before the number for a series too', () => {
    const answer = chooseAmong('A12 B6 B7 B7-rc1', { current: 'B6', pattern: '{version}' });
    expect(answer).toMatchObject({ chosen: 'B7', version: 'B7' });
    expect(verdictsOf(answer)).toMatchObject({ A12: 'other-series', 'B7-rc1': 'prerelease' });
  });

  it('stays in the numbers of a series', () => {
    const zfs = { current: '2.3.5', pattern: 'zfs-{version}', series: '2.3' };
    const answer = chooseAmong('zfs-2.3.9 zfs-2.4.4 zfs-2.30.1 zfs-2.2.9', zfs);
    expect(verdictsOf(answer)).toEqual({
      'zfs-2.3.9': 'chosen',
      'zfs-2.4.4': 'other-series',
      'zfs-2.30.1': 'other-series',
      'zfs-2.2.9': 'other-series',
    });
  });
});

describe('choose, by shape', () => {
  it('leaves other components of a repository alone', () => {
    const answer = chooseAmong('ena_linux_2.17.0 efa_linux_3.1.0 ena_freebsd_2.8.3 efa_nv_peermem_linux_1.2.3', {
      current: '2.16.0',
      pattern: 'ena_linux_{version}',
    });
    expect(answer).toMatchObject({ chosen: 'ena_linux_2.17.0', schemeChanged: false });
    expect(Object.values(verdictsOf(answer)).slice(1)).toEqual(Array(3).fill('other-component'));
  });

  it('leaves branch-like tags alone', () => {
    const answer = chooseAmong('main last show binaries deprecated-branch/feature/timeout', { current: '0.1' });
    expect(new Set(Object.values(verdictsOf(answer)))).toEqual(new Set(['other-shape']));
  });

  it('does not order by a word that it does not know', () => {
    const answer = chooseAmong('v1.20181809-dkms v1.1', { current: '1.0' });
    expect(verdictsOf(answer)).toEqual({ 'v1.20181809-dkms': 'other-shape', 'v1.1': 'chosen' });
    expect(reasonOf(answer, 'v1.20181809-dkms')).toContain('dkms');
    expect(chooseAmong('v1.1-dkms', { current: '1.0-dkms' }).chosen).toBe('v1.1-dkms');
  });

  it('does not take build metadata for a newer version', () => {
    expect(chooseAmong('0.21.0 7.3.0+driver', { current: '0.20.0', pattern: '{version}' }).chosen).toBe('0.21.0');
  });

  it('refuses what can be read in two ways', () => {
    const answer = chooseAmong('6.8.1.2', { current: '6.8.1', pattern: '{kernel}.{version}' });
    expect(verdictsOf(answer)).toEqual({ '6.8.1.2': 'other-shape' });
    expect(reasonOf(answer, '6.8.1.2')).toContain('more than one way');
  });

  it.each([
    ['0.12.1', '{version}', '0.12.1 v0.13', 'v is new'],
    ['0.12.1', 'v{version}', 'v0.12.1 0.13.0', 'v is gone'],
    ['1.2', 'v{version}', 'v1.2 V1.3', 'case differs'],
    ['1.8.1', 'foo-{version}', 'foo-1.8.1 foo_1_9_0', 'separators differ'],
    ['1.8.1', 'foo-linux-{version}', 'foo-linux-1.8.1 foo-1.9', 'a word is gone'],
    ['2.14', 'sgx_diver_{version}', 'sgx_driver_2.13 sgx_diver_2.14 sgx_driver_2.14', 'it was misspelt'],
    ['1.5', 'v{version}', 'v1.5 v2024.1', 'dates begin'],
    ['unstable-2023-09-16', 'Release_{date}', 'Release_20230624 20260327', 'the word is gone'],
  ])('says that the scheme may have changed: %s by %s among %s, as %s', (current, pattern, tags) => {
    expect(chooseAmong(tags, { current, pattern })).toMatchObject({ chosen: null, schemeChanged: true });
  });

  it.each([
    ['1.14', 'cryptodev-linux-{version}', 'cryptodev-0.8 ncr_0_2 cryptodev-linux-1.14', 'it is older'],
    ['1.2.2', 'v{version}', 'v1.2.1 kernel_3_17', 'it is another thing'],
    ['0.12.1', '{version}', '0.12.1 v0.13-rc1', 'it is a prerelease'],
    ['2.13', 'sgx_driver_{version}', 'sgx_driver_2.11 sgx_driver_2.13 sgx_diver_2.13', 'one slip is no scheme'],
    ['2.3.5', 'zfs-{version}', 'zfs-2.3.5 2.4.0', 'it is outside the series'],
  ])('says no such thing: %s by %s among %s, as %s', (current, pattern, tags) => {
    const series = pattern.startsWith('zfs') ? '2.3' : undefined;
    expect(chooseAmong(tags, { current, pattern, series }).schemeChanged).toBe(false);
  });
});

describe('choose, by order', () => {
  it('never goes back', () => {
    expect(chooseAmong('v0.1 v0.2', { current: '0.3' }).chosen).toBeNull();
    expect(chooseAmong('v0.1', { current: '0.1.0-unstable-2025-04-24' })).toMatchObject({ chosen: null });
  });

  it('refuses prereleases, and takes the release after the prerelease that nixpkgs has', () => {
    const answer = chooseAmong('v4.1 v4.2-rc3 v4.2-rc4 v4.2', { current: '4.2-rc3' });
    expect(verdictsOf(answer)).toEqual({
      'v4.1': 'older',
      'v4.2-rc3': 'current',
      'v4.2-rc4': 'prerelease',
      'v4.2': 'chosen',
    });
  });

  it('sees that x.y.99 opens a development, unless upstream counts that far', () => {
    expect(verdictsOf(chooseAmong('v2.3.4 v2.3.99', { current: '2.3.4' }))['v2.3.99']).toBe('prerelease');
    expect(chooseAmong('v2.3.98 v2.3.99', { current: '2.3.98' }).chosen).toBe('v2.3.99');
  });

  it('takes post-releases, and versions with zero parts for what they are', () => {
    expect(chooseAmong('v1.0.20260329 v1.0.20260329-2', { current: '1.0.20260329' }).chosen).toBe('v1.0.20260329-2');
    expect(verdictsOf(chooseAmong('v1.0 v1.0.0', { current: '1.0' }))).toEqual({
      'v1.0': 'current',
      'v1.0.0': 'current',
    });
    expect(chooseAmong('v1.2 v1.2.0', { current: '1.1.0' }).chosen).toBe('v1.2.0');
  });

  it('compares a commit that has only a date by the dates of the tags, and refuses without them', () => {
    const current = 'unstable-2024-06-09';
    expect(chooseAmong('v1.0', { current }).chosen).toBeNull();
    const dated = `v1.0 2024-06-09\nv1.1 2024-07-01`;
    const answer = chooseAmong('', { current, tagsText: dated });
    expect(verdictsOf(answer)).toEqual({ 'v1.0': 'older', 'v1.1': 'chosen' });
    expect(chooseAmong('', { current: '0-unstable-2025-01-01', tagsText: dated }).chosen).toBeNull();
  });

  it('orders by date through {date}, and reads no date that could be two', () => {
    const options = { current: 'unstable-2024-03-01', pattern: 'Release_{date}' };
    expect(chooseAmong('Release_20240409 Release_20240409_1 Release_2024-04-08', options).chosen).toBe(
      'Release_20240409_1',
    );
    expect(verdictsOf(chooseAmong('Release_22/4/24 Release_20240231', options))).toEqual({
      'Release_22/4/24': 'other-shape',
      Release_20240231: 'other-shape',
    });
    const weeks = { current: '24ww48', pattern: '{date}_release' };
    expect(chooseAmong('24ww43_release 24ww51_release 25ww03_release', weeks).chosen).toBe('25ww03_release');
  });
});

describe('choose, by what is known of a tag', () => {
  it('takes two tags on one commit for one release', () => {
    const tagsText = `v0.2.1 ${commit('a')}\nv0.2.2 ${commit('a')}`;
    expect(verdictsOf(chooseAmong('', { current: '0.2.1', tagsText }))).toEqual({
      'v0.2.1': 'current',
      'v0.2.2': 'same-commit',
    });
    const twins = `v1.5.0-r2 ${commit('b')}\nv1.5.0.2 ${commit('b')}`;
    expect(verdictsOf(chooseAmong('', { current: '1.4', tagsText: twins }))).toEqual({
      'v1.5.0-r2': 'same-commit',
      'v1.5.0.2': 'chosen',
    });
  });

  it('never follows a tag that moved', () => {
    const tagsText = `v1.0 ${commit('a')}\nv1.1 ${commit('b')}\nv1.2 ${commit('c')}`;
    const seenText = `v1.1 ${commit('b')}\nv1.2 ${commit('d')}\n`;
    const answer = chooseAmong('', { current: '1.0', tagsText, seenText });
    expect(verdictsOf(answer)).toEqual({ 'v1.0': 'current', 'v1.1': 'chosen', 'v1.2': 'moved' });
    expect(reasonOf(answer, 'v1.2')).toContain(commit('d').slice(0, 12));
  });

  it('reports that the current tag moved', () => {
    const answer = chooseAmong('', {
      current: '1.0',
      tagsText: `v1.0 ${commit('a')}`,
      seenText: `v1.0 ${commit('b')}`,
    });
    expect(verdictsOf(answer)).toEqual({ 'v1.0': 'moved' });
  });

  it('holds a release back until it is old enough, and says until when', () => {
    const tagsText = 'v1.1 2026-06-10\nv1.2 2026-06-14T18:00:00Z\nv1.3';
    const answer = chooseAmong('', { current: '1.0', tagsText, minimumAge: '3d' });
    expect(verdictsOf(answer)).toEqual({ 'v1.1': 'chosen', 'v1.2': 'too-young', 'v1.3': 'too-young' });
    expect(reasonOf(answer, 'v1.2')).toContain('2026-06-17T18:00:00.000Z');
    expect(chooseAmong('', { current: '1.0', tagsText, minimumAge: '1h' }).chosen).toBe('v1.2');
  });

  it.each(['1.2', 'v1.2', '1.2.0', '1.2*', '*1.2'])('ignores what a person ignores as %s', (ignore) => {
    const answer = chooseAmong('v1.1 v1.2', { current: '1.0', ignore: `0.9, ${ignore}` });
    expect(verdictsOf(answer)).toEqual({ 'v1.1': 'chosen', 'v1.2': 'ignored' });
  });

  it('takes only what is allowed, and nothing that the update rules of the derivation leave out', () => {
    const input = {
      pattern: compilePattern('v{version}'),
      current: '1.0',
      tags: ['v1.1', 'v1.2', 'v1.3', '1.2'].map((name) => ({ name })),
      now: new Date('2026-06-15'),
    };
    expect(choose({ ...input, allow: ['1.1', '1.2*'] }).chosen?.version).toBe('1.2');
    const { chosen, verdicts } = choose({ ...input, excluded: new Set(['v1.3', '1.2']) });
    expect(chosen?.version).toBe('1.2');
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['superseded', 'chosen', 'ignored', 'other-shape']);
  });
});

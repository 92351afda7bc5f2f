import { type AssetQuestion, findAsset } from '../../src/pipeline/find-asset.js';
import { readTracked, type Tracked } from '../../src/pipeline/tracked.js';
import { readAssets } from '../../src/release/assets.js';
import { compilePattern } from '../../src/release/pattern.js';
import type { UpstreamRelease } from '../../src/watch/releases.js';
import { changedLines, edited, modules, newHash } from '../edit/modules.js';

const patterns = [
  'snd-usb-audio-kmod-{kernel}-v{version}.tar.gz',
  'snd-usb-audio-kmod-v{kernel}-f{version}.tar.xz',
  'snd-usb-audio-v{kernel}-f{version}.tar.xz',
];

function release(tag: string, ...names: string[]): UpstreamRelease {
  const assets = names.map((name) => ({ name, sha256: 'a'.repeat(64), uploadedAt: '2026-01-01T00:00:00Z' }));
  return { tag, prerelease: false, assets };
}

const kmod = (text: string) => `snd-usb-audio-kmod-${text}`;
const first = release('v6.8-v1.0', kmod('6.5-v1.0.tar.gz'));

function tracked(attr: string): Tracked {
  const found = readTracked(modules, attr);
  if ('outcome' in found) throw new Error(found.reason);
  return found;
}

function find(releases: readonly UpstreamRelease[], more: Partial<AssetQuestion> = {}, attr = 'release-asset') {
  const tags = releases.map(({ tag }, index) => ({ name: tag, commit: String(index).repeat(40).slice(0, 40) }));
  const seen = { releases, firstDigests: new Map<string, string>() };
  const known = { kernels: ['5.15', '6.6', '6.12'], now: new Date('2026-11-22T00:00:00Z') };
  return findAsset({ ...tracked(attr), options: {}, asset: patterns, tags, seen, ...known, ...more });
}

/** The lines that the found move changes in the derivation. */
function lines(found: ReturnType<typeof find>, attr = 'release-asset') {
  if (found.outcome !== 'found') return found;
  const files = edited(attr, found.target);
  return 'outcome' in files ? files : changedLines(files).filter((line) => !line.includes('hash = '));
}

describe('the names of assets', () => {
  it.each([
    [kmod('6.5-v1.0.tar.gz'), '6.5', '1.0', 'v'],
    [kmod('6.6-v1.3.tar.gz'), '6.6', '1.3', 'v'],
    [kmod('5.15-v1.3a.tar.gz'), '5.15', '1.3a', 'v'],
    [kmod('v6.11.11-f8.tar.xz'), '6.11.11', '8', 'f'],
    [kmod('v6.14.2-f8.tar.xz'), '6.14.2', '8', 'f'],
    ['snd-usb-audio-v6.18.13-f15.tar.xz', '6.18.13', '15', 'f'],
  ])('reads %s by the documented patterns', (name, kernel, version, series) => {
    expect(readAssets(patterns.map(compilePattern), [{ name }])).toMatchObject([
      { reading: { kernel, version, series } },
    ]);
  });
});

describe('findAsset', () => {
  it("takes the newest driver, then the asset for the newest kernel that nixpkgs has; that kernel is the release's", () => {
    const next = release('v6.9-v1.3', kmod('5.15-v1.3a.tar.gz'), kmod('6.6-v1.3.tar.gz'), kmod('6.9-v1.3.tar.gz'));
    const found = find([first, next]);
    expect(found).toMatchObject({
      outcome: 'found',
      release: { tag: { name: 'v6.9-v1.3' }, version: '1.3', kernel: '6.6' },
    });
    expect(lines(found)).toEqual([
      '-releaseKernel = "6.8";',
      '-archiveKernel = "6.5";',
      '+releaseKernel = "6.9";',
      '+archiveKernel = "6.6";',
      '-version = "1.0";',
      '+version = "1.3";',
    ]);
  });

  it('waits while a newer release has no asset that fits', () => {
    expect(find([first, release('v6.9-v1.3')])).toMatchObject({ outcome: 'waiting', code: 'asset-missing' });
    const tooNew = release('v6.9-v1.3', kmod('7.0-v1.3.tar.gz'), kmod('notes.txt'));
    expect(find([first, tooNew])).toMatchObject({ outcome: 'waiting', code: 'asset-missing' });
  });

  it('takes an asset that comes late under the release that it has already', () => {
    const late = release('v6.12-f8', kmod('v6.11.11-f8.tar.xz'), kmod('v6.12.3-f8.tar.xz'));
    const found = find([late], {}, 'release-asset-plain');
    expect(found).toMatchObject({ outcome: 'found', release: { version: '8', kernel: '6.12.3' } });
    expect(lines(found, 'release-asset-plain')).toEqual([
      expect.stringContaining('snd-usb-audio-kmod-v6.11.11-f${version}.tar.xz'),
      expect.stringContaining('snd-usb-audio-kmod-v6.12.3-f${version}.tar.xz'),
    ]);
    if (found.outcome !== 'found') throw new Error('nothing found');
    expect(edited('release-asset-plain', found.target, undefined, newHash)).toHaveLength(1);
  });

  it('follows a name that drifted, where the parts of the address stay the same', () => {
    const drifted = release('v6.18-f15', 'snd-usb-audio-v6.18.13-f15.tar.xz');
    const found = find([release('v6.12-f8'), drifted], { kernels: ['6.18'] }, 'release-asset-plain');
    expect(lines(found, 'release-asset-plain')).toEqual([
      '-version = "8";',
      '+version = "15";',
      expect.stringContaining('/v6.12-f${version}/snd-usb-audio-kmod-v6.11.11-f${version}.tar.xz'),
      expect.stringContaining('/v6.18-f${version}/snd-usb-audio-v6.18.13-f${version}.tar.xz'),
    ]);
  });

  it('leaves a change of series to a person, and knows when nothing is new', () => {
    expect(find([first, release('v6.12-f8', kmod('v6.12.3-f8.tar.xz'))])).toMatchObject({ outcome: 'current' });
    expect(find([first])).toMatchObject({ outcome: 'current' });
  });

  it('refuses an asset that is another file than when it was first seen', () => {
    const next = release('v6.9-v1.3', kmod('6.6-v1.3.tar.gz'));
    const firstDigests = new Map([['v6.9-v1.3/snd-usb-audio-kmod-6.6-v1.3.tar.gz', 'b'.repeat(64)]]);
    const seen = { releases: [first, next], firstDigests };
    expect(find([first, next], { seen })).toMatchObject({ outcome: 'refused', code: 'asset-changed' });
  });

  it('holds an asset back for as long as the configuration asks, from its upload on', () => {
    const next = release('v6.9-v1.3', kmod('6.6-v1.3.tar.gz'));
    const options = { minimumReleaseAge: '3d' };
    const now = new Date('2026-01-02T00:00:00Z');
    const firstSights = [{ name: 'v6.9-v1.3', commit: null, at: null }];
    expect(find([first, next], { options, now, firstSights })).toMatchObject({
      outcome: 'waiting',
      code: 'asset-too-young',
    });
  });

  it('refuses what it cannot read', () => {
    expect(find([first], { asset: 'driver-{version}.zip' })).toMatchObject({ code: 'asset-unreadable' });
    expect(find([first], { ...tracked('plain-let') })).toMatchObject({ code: 'asset-unreadable' });
  });
});

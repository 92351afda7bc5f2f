import fc from 'fast-check';
import { compilePattern, readTag, readTagOfAnySeries } from '../../src/release/pattern.js';

const read = (pattern: string, tag: string) => {
  const reading = readTag(compilePattern(pattern), tag);
  return reading === null ? null : { version: reading.version, kernel: reading.kernel, series: reading.series };
};

describe('readTag', () => {
  it.each([
    ['v{kernel}-v{version}', 'v6.5.11-v1.3a', '1.3a', '6.5.11', 'v'],
    ['v{kernel}-v{version}', 'v6.7-rc2-v4.3', '4.3', '6.7-rc2', 'v'],
    ['w{version}-k{kernel}', 'w16.2.4-k5.19', '16.2.4', '5.19', 'w'],
    ['v{version}-mtlp-mr1-v{kernel}', 'v1.0.0-mtlp-mr1-v6.6', '1.0.0', '6.6', 'v'],
    ['{kernel}-{version}', '4.14.20-1', '1', '4.14.20', ''],
    ['ena_linux_{version}', 'ena_linux_2.17.0', '2.17.0', null, ''],
    ['tp-smapi/{version}', 'tp-smapi/0.45', '0.45', null, ''],
    ['openafs-stable-{version}', 'openafs-stable-1_8_16', '1_8_16', null, ''],
    ['Release_{date}', 'Release_20240409_1', '20240409_1', null, ''],
    ['{date}_release', '24ww43_release', '24ww43', null, ''],
    ['{series}{version}', 'g4.1', '4.1', null, 'g'],
    ['{version}', 'B7', 'B7', null, 'b'],
    ['snd-usb-audio-kmod-{kernel}-v{version}.tar.gz', 'snd-usb-audio-kmod-6.6-v1.3.tar.gz', '1.3', '6.6', 'v'],
    ['https://x.test/{version}/netatop-{version}.tar.gz', 'https://x.test/3.2/netatop-3.2.tar.gz', '3.2', null, ''],
  ])('reads with %s the tag %s', (pattern, tag, version, kernel, series) => {
    expect(read(pattern, tag)).toEqual({ version, kernel, series });
  });

  it.each([
    ['v{version}', '1.0'],
    ['{version}', 'kernel_3_17'],
    ['v{kernel}-v{version}', 'v5.14'],
    ['v{kernel}-v{version}', 'v6-v1.0'],
    ['v{version}', 'v1.0 '],
    ['v{version}', 'v1.0\n'],
    ['v{version}', 'v${1.0}'],
    ['v{version}', '-v1.0'],
    ['https://x.test/{version}/netatop-{version}.tar.gz', 'https://x.test/3.2/netatop-3.3.tar.gz'],
    ['v{version}', `v${'1.'.repeat(5000)}0`],
  ])('does not read with %s the tag %p', (pattern, tag) => {
    expect(read(pattern, tag)).toBeNull();
  });

  it('holds the letter to the pattern, unless any series is asked for', () => {
    const pattern = compilePattern('v{kernel}-v{version}');
    expect(readTag(pattern, 'v6.12-f8')).toBeNull();
    expect(readTagOfAnySeries(pattern, 'v6.12-f8')).toMatchObject({ version: '8', kernel: '6.12', series: 'f' });
  });

  it('reads back every tag that is made of its parts', () => {
    const kernel = fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 30 })).map((parts) => parts.join('.'));
    const version = fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(kernel, version, (k, v) => {
        expect(read('v{kernel}-v{version}', `v${k}-v${v}`)).toEqual({ version: v, kernel: k, series: 'v' });
      }),
    );
  });

  it('gives up on a tag that is made to be slow', () => {
    expect(read('{version}.{kernel}.{date}', `${'1.'.repeat(90)}6.8.20240409`)).toBeNull();
    expect(read('{version}.k{kernel}.{date}', '1.1.k6.8.20240409')).toMatchObject({ version: '1.1', kernel: '6.8' });
  });

  it('answers for any tag, however hostile', () => {
    const pattern = compilePattern('{date}-{kernel}-{version}-{series}');
    const piece = fc.constantFrom('1', '-', '.', '1.1', '20240101', 'rc1', 'a', '{', '$', '\\');
    const tag = fc.array(piece, { maxLength: 150 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(tag, (text) => readTag(pattern, text) !== undefined));
  });
});

import { isInSeries, parseSeries, seriesOfAttribute } from '../../src/release/series.js';

describe('seriesOfAttribute', () => {
  it.each([
    ['zfs_2_3', '2.3'],
    ['openafs_1_8', '1.8'],
    ['zfs_unstable', null],
    ['v4l2loopback', null],
    ['tp_smapi', null],
    ['can-isotp', null],
    ['nvidia_x11_legacy_470', null],
  ])('reads the pin of %s: %p', (attr, series) => {
    expect(seriesOfAttribute(attr)).toBe(series);
  });
});

describe('parseSeries', () => {
  it.each([
    ['2.3', null, ['2', '3']],
    ['2.3.x', null, ['2', '3']],
    ['2.3.*', null, ['2', '3']],
    ['f', 'f', []],
    ['G4', 'g', ['4']],
  ])('reads %s', (text, letter, numbers) => {
    expect(parseSeries(text)).toEqual({ letter, numbers });
  });

  it.each(['', '2.', '.3', 'two point three', '2.3-rc1', '*'])('reads no series from %p', (text) => {
    expect(parseSeries(text)).toBeNull();
  });

  it('compares part by part', () => {
    const pin = { letter: null, numbers: ['2', '0'] };
    expect(['2.0.4', '2', '2.0-rc1', '2.01', '20.4'].map((version) => isInSeries(pin, version))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

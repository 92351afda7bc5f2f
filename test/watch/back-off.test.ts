import fc from 'fast-check';
import { restMilliseconds } from '../../src/watch/back-off.js';

describe('the rest after failures', () => {
  it('is about a minute at first and doubles', () => {
    expect([1, 2, 3, 4].map((failures) => restMilliseconds(failures, 0))).toEqual([30_000, 60_000, 120_000, 240_000]);
  });

  it('is never longer than six hours nor shorter than half a minute, however often it failed', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), random, (failures, chance) => {
        const rest = restMilliseconds(failures, chance);
        return rest >= 30_000 && rest <= 6 * 60 * 60_000;
      }),
    );
  });

  it('differs between upstreams that failed together', () => {
    expect(restMilliseconds(5, 0.1)).not.toBe(restMilliseconds(5, 0.9));
  });
});

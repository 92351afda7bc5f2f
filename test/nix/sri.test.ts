import fc from 'fast-check';
import { isSri, parseHash, toSri } from '../../src/nix/sri.js';

/** SHA-256 of the five bytes "hello", spelled by `nix-hash`. */
const hello = {
  hex: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  base32: '094qif9n4cq4fdg459qzbhg1c6wywawwaaivx0k0x8xhbyx4vwic',
  base64: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
  sri: 'sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
};
/** Nix's base32, written down the slow way: five bits at a time, the last byte first. */
function toBase32(digest: Uint8Array): string {
  let number = [...digest].reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let text = '';
  for (let digit = 0; digit < 52; digit += 1) {
    text = `${'0123456789abcdfghijklmnpqrsvwxyz'[Number(number & 31n)]}${text}`;
    number >>= 5n;
  }
  return text;
}
const digests = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('parseHash', () => {
  it.each(Object.entries(hello))('reads %s and says so', (spelling, text) => {
    const parsed = parseHash(text);
    expect(parsed?.spelling).toBe(spelling);
    expect(toSri(parsed?.digest ?? new Uint8Array(32))).toBe(hello.sri);
  });

  it('reads what Nix writes with the algorithm in front', () => {
    expect(parseHash(`sha256:${hello.base32}`)?.spelling).toBe('base32');
    expect(parseHash(`sha256:${hello.hex}`)?.spelling).toBe('hex');
  });

  it('takes every digest through every spelling and back', () => {
    fc.assert(
      fc.property(digests, (digest) => {
        const base64 = Buffer.from(digest).toString('base64');
        for (const text of [toSri(digest), toBase32(digest), Buffer.from(digest).toString('hex'), base64]) {
          expect(Buffer.from(parseHash(text)?.digest ?? [])).toEqual(Buffer.from(digest));
        }
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['another algorithm', `sha512-${Buffer.alloc(64).toString('base64')}`],
    ['a digest that is too short', `sha256-${Buffer.alloc(31).toString('base64')}`],
    ['base64 without its padding', hello.sri.slice(0, -1)],
    ['base64 with stray bits at its end', hello.sri.replace('CQ=', 'CR=')],
    ['the letters that Nix leaves out of base32', hello.base32.replace('0', 'e')],
    ['base32 that is larger than 256 bits', `z${hello.base32.slice(1)}`],
    ['upper-case hex', hello.hex.toUpperCase()],
    ['a line break after the hash', `${hello.sri}\n`],
  ])('refuses %s', (_, text) => {
    expect(parseHash(text)).toBeNull();
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.string(), (text) => parseHash(text) === null || parseHash(text) !== undefined));
  });
});

describe('isSri', () => {
  it('is true for the spelling that is written, and for no other', () => {
    expect(isSri(hello.sri)).toBe(true);
    expect(isSri(hello.base32)).toBe(false);
    expect(isSri(hello.base64)).toBe(false);
  });
});

/**
 * The spellings of a SHA-256 in Nix files, and the one that this program writes: SRI (`sha256-` and padded base64).
 *
 * Source of the rules: the Nix manual on `nix hash convert`, and what Nix itself accepts for `outputHash`: exact lengths,
 * padded base64, and a base32 of Nix's own (no e, o, t, u; the last byte first).
 */
const digestBytes = 32;
const alphabet = '0123456789abcdfghijklmnpqrsvwxyz';
const base32Length = Math.ceil((digestBytes * 8) / 5);

type HashSpelling = 'sri' | 'base32' | 'hex' | 'base64';

export interface ParsedHash {
  readonly spelling: HashSpelling;
  /** 32 bytes. */
  readonly digest: Uint8Array;
}

/**
 * Reads a SHA-256 in any spelling that Nix accepts under `hash` or `sha256`, with or without Nix's `sha256:` prefix.
 * Null for everything else: another algorithm, a wrong length, stray bits, a placeholder.
 */
export function parseHash(text: string): ParsedHash | null {
  if (text.startsWith('sha256-')) return spelled('sri', decodeBase64(text.slice('sha256-'.length)));
  const bare = text.startsWith('sha256:') ? text.slice('sha256:'.length) : text;
  if (bare.length === digestBytes * 2) return spelled('hex', decodeHex(bare));
  if (bare.length === base32Length) return spelled('base32', decodeBase32(bare));
  return spelled('base64', decodeBase64(bare));
}

/** True for the one spelling that is written: `sha256-` and 44 characters of padded, canonical base64. */
export function isSri(text: string): boolean {
  return parseHash(text)?.spelling === 'sri';
}

/** @param digest 32 bytes of SHA-256 */
export function toSri(digest: Uint8Array): string {
  return `sha256-${encodeBase64(sha256(digest))}`;
}

function spelled(spelling: HashSpelling, digest: Uint8Array | null): ParsedHash | null {
  return digest === null ? null : { spelling, digest };
}

function sha256(digest: Uint8Array): Uint8Array {
  if (digest.length !== digestBytes) throw new RangeError(`A SHA-256 has ${digestBytes} bytes, not ${digest.length}.`);
  return digest;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function decodeHex(text: string): Uint8Array | null {
  if (!/^[0-9a-f]{64}$/.test(text)) return null;
  return Uint8Array.from({ length: digestBytes }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}

/** The highest digit carries a single bit of the last byte; Nix refuses a larger one, and so do we. */
function decodeBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array(digestBytes + 1);
  for (let digit = 0; digit < base32Length; digit += 1) {
    const value = alphabet.indexOf(text.charAt(base32Length - 1 - digit));
    if (value < 0) return null;
    const bit = digit * 5;
    const shifted = value << (bit & 7);
    const index = bit >> 3;
    bytes[index] = byteAt(bytes, index) | (shifted & 255);
    if (index < digestBytes) bytes[index + 1] = byteAt(bytes, index + 1) | (shifted >> 8);
  }
  return byteAt(bytes, digestBytes) === 0 ? bytes.slice(0, digestBytes) : null;
}

function decodeBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return null;
  const digest = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return encodeBase64(digest) === text ? digest : null;
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

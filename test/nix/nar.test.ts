import { createHash } from 'node:crypto';
import { NarWriter } from '../../src/nix/nar.js';
import { narHash } from '../support/nar.js';

function written(write: (nar: NarWriter) => void): string {
  const hash = createHash('sha256');
  const nar = new NarWriter(hash);
  write(nar);
  nar.end();
  return hash.digest('hex');
}

describe('NarWriter', () => {
  it('writes what Nix writes', () => {
    // nix-hash --type sha256 of a folder with an empty folder `d`, an executable `run` ("#!\n") and a link `s` to `run`.
    const known = '51051d57b31ff9e17cc9118c02c26e2160e4ff55d451c57858edd79ab88901c1';
    const hash = written((nar) => {
      nar.directory(['d']);
      nar.file(['run'], true, 3, [Buffer.from('#!\n')]);
      nar.symlink(['s'], 'run');
    });
    expect(hash).toBe(known);
  });

  it('writes an empty folder', () => {
    expect(written(() => {})).toBe(narHash({}));
  });

  it.each([0, 1, 7, 8, 9])('pads contents of %d bytes', (size) => {
    const contents = 'x'.repeat(size);
    const hash = written((nar) => nar.file(['f'], false, size, [Buffer.from(contents)]));
    expect(hash).toBe(narHash({ f: { kind: 'file', contents, executable: false } }));
  });

  it('opens and closes the folders on the way', () => {
    const leaf = { kind: 'file', contents: '', executable: false } as const;
    const hash = written((nar) => {
      nar.file(['a', 'b', 'c'], false, 0, []);
      nar.file(['a', 'd', 'e'], false, 0, []);
      nar.file(['f'], false, 0, []);
    });
    expect(hash).toBe(narHash({ a: { b: { c: leaf }, d: { e: leaf } }, f: leaf }));
  });
});

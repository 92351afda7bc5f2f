import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type ArchiveLimits, hashArchive } from '../../src/source/archive.js';
import { isLeaf, type Leaf, narHash, type Tree } from '../support/nar.js';
import { directory, file, gnuLong, hardlink, pax, type RawEntry, symlink, tar, unfinishedTar } from '../support/tar.js';

const text = (contents: string, executable = false): Leaf => ({ kind: 'file', contents, executable });
const link = (target: string): Leaf => ({ kind: 'symlink', target });

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

async function hash(
  bytes: Buffer,
  options: { stripRoot?: boolean; limits?: Partial<ArchiveLimits>; piece?: number } = {},
) {
  const { stripRoot = true, limits = {}, piece = 1000 } = options;
  const result = await hashArchive(async () => pieces(bytes, piece), { stripRoot, limits });
  return result.outcome === 'refused' ? result : Buffer.from(result.digest).toString('hex');
}

describe('hashArchive', () => {
  it('hashes what stands in the one top folder', async () => {
    const archive = tar(directory('d-1.0/'), file('d-1.0/Makefile', 'obj-m := d.o\n'), file('d-1.0/build', '', 0o755));
    await expect(hash(archive)).resolves.toBe(narHash({ Makefile: text('obj-m := d.o\n'), build: text('', true) }));
  });

  it('reads gzip by its first bytes, whatever the pieces that it comes in', async () => {
    const archive = gzipSync(tar(file('d/a', 'content')));
    await expect(hash(archive, { piece: 1 })).resolves.toBe(narHash({ a: text('content') }));
  });

  it('keeps the top folder with stripRoot = false', async () => {
    const archive = tar(file('one/a', '1'), file('two', '2'));
    await expect(hash(archive, { stripRoot: false })).resolves.toBe(narHash({ one: { a: text('1') }, two: text('2') }));
  });

  it('puts an only file into a folder, as fetchzip does', async () => {
    await expect(hash(tar(file('single', '1')))).resolves.toBe(narHash({ single: text('1') }));
  });

  it("keeps of the modes the owner's exec bit alone", async () => {
    const archive = tar(file('d/owner', '', 0o100), file('d/group', '', 0o010), file('d/all', '', 0o4755));
    await expect(hash(archive)).resolves.toBe(narHash({ owner: text('', true), group: text(''), all: text('', true) }));
  });

  it('keeps links as they are, wherever they lead', async () => {
    const archive = tar(
      directory('d'),
      symlink('d/in', 'a'),
      symlink('d/out', '../../etc/passwd'),
      symlink('d/abs', '/x'),
    );
    await expect(hash(archive)).resolves.toBe(
      narHash({ in: link('a'), out: link('../../etc/passwd'), abs: link('/x') }),
    );
  });

  it('takes a hard link for the file that it leads to', async () => {
    const archive = tar(file('d/b', 'same', 0o755), hardlink('d/a', 'd/b'));
    await expect(hash(archive)).resolves.toBe(narHash({ a: text('same', true), b: text('same', true) }));
  });

  it('reads long names in every way that they are written', async () => {
    const long = `${'n'.repeat(120)}.c`;
    const split = { ...file('name.c', '1'), prefix: `d/${'p'.repeat(100)}` };
    const archive = tar(
      split,
      pax('x', { path: `d/${long}` }),
      file('short', '2'),
      gnuLong('L', `d/g${long}`),
      file('short', '3'),
      gnuLong('K', long),
      symlink('d/k', 'short'),
      pax('x', { linkpath: `x${long}` }),
      symlink('d/x', 'short'),
    );
    await expect(hash(archive)).resolves.toBe(
      narHash({
        ['p'.repeat(100)]: { 'name.c': text('1') },
        [long]: text('2'),
        [`g${long}`]: text('3'),
        k: link(long),
        x: link(`x${long}`),
      }),
    );
  });

  it('reads the oldest format too, where a folder is a name with a slash', async () => {
    const old = { format: 'v7', type: '\0' } as const;
    const archive = tar({ name: 'd/', ...old }, { name: 'd/a', contents: 'x', ...old });
    await expect(hash(archive)).resolves.toBe(narHash({ a: text('x') }));
  });

  it('keeps names as bytes, UTF-8 or not', async () => {
    const archive = tar(file('d/\xff\xfe', '1'), file('d/\xc3\xa4', '2'));
    await expect(hash(archive)).resolves.toBe(narHash({ '\xff\xfe': text('1'), '\xc3\xa4': text('2') }));
  });

  it('tells the comment of the global header, where git writes the commit', async () => {
    const archive = tar(pax('g', { comment: 'a'.repeat(40) }), file('d/a'));
    const result = await hashArchive(async () => pieces(archive, 512), { stripRoot: true });
    expect(result).toMatchObject({ outcome: 'hashed', comment: 'a'.repeat(40) });
  });

  it("puts git's order into Nix's where a folder's name begins its neighbour's", async () => {
    const archive = tar(file('d/a-b', '1'), file('d/a.c', '2'), file('d/a/x', '3'), file('d/a0', '4'));
    const expected = narHash({ 'a-b': text('1'), 'a.c': text('2'), a: { x: text('3') }, a0: text('4') });
    await expect(hash(archive)).resolves.toBe(expected);
    await expect(hash(archive, { limits: { memoryBytes: 1 } })).resolves.toBe(expected);
  });

  it('reads a large archive in an order of its own a second time rather than wrongly', async () => {
    const archive = tar(file('d/z', '1'), file('d/y', '2'), hardlink('d/b', 'd/z'), file('d/a', '3'));
    await expect(hash(archive, { limits: { memoryBytes: 1 } })).resolves.toBe(
      narHash({ z: text('1'), y: text('2'), b: text('1'), a: text('3') }),
    );
  });
});

describe('hashArchive refuses', () => {
  const good = [directory('d'), file('d/a', 'content')] as const;
  const whole = gzipSync(tar(file('d/a', Buffer.alloc(5000, 'x').toString())));

  it.each<[string, string, Buffer]>([
    ['two top folders', 'archive-top-folder', tar(file('one/a'), file('two/a'))],
    ['a file beside the top folder', 'archive-top-folder', tar(file('one/a'), file('two'))],
    ['an empty archive', 'archive-top-folder', tar()],
    ['a link in place of the top folder', 'archive-top-folder', tar(symlink('d', '/etc'))],
    ['a way up', 'archive-climbs', tar(...good, file('d/../../x'))],
    ['a way up in the middle', 'archive-climbs', tar(...good, file('d/a/../x'))],
    ['an absolute path', 'archive-climbs', tar(file('/etc/passwd'))],
    ['an absolute path in a pax header', 'archive-climbs', tar(pax('x', { path: '/etc/passwd' }), file('d/a'))],
    ['a way up in a hard link', 'archive-climbs', tar(...good, hardlink('d/b', 'd/../../etc/passwd'))],
    ['a way through a link', 'archive-climbs', tar(symlink('d/out', '/tmp'), file('d/out/x'))],
    ['a way through a file', 'archive-climbs', tar(...good, file('d/a/x'))],
    ['a file that comes twice', 'archive-duplicate', tar(...good, file('d/a', 'other'))],
    ['a file where a folder is', 'archive-duplicate', tar(file('d/a/x'), file('d/a'))],
    ['a link in place of a folder', 'archive-duplicate', tar(file('d/a/x'), symlink('d/a', '/tmp'))],
    ['a hard link to nothing', 'archive-malformed', tar(...good, hardlink('d/b', 'd/none'))],
    ['a hard link to a folder', 'archive-malformed', tar(...good, directory('d/e'), hardlink('d/b', 'd/e'))],
    ['a device', 'archive-entry-unsupported', tar({ name: 'd/null', type: '3' })],
    ['a pipe', 'archive-entry-unsupported', tar({ name: 'd/pipe', type: '6' })],
    ['a sparse file', 'archive-entry-unsupported', tar(pax('x', { 'GNU.sparse.major': '1' }), file('d/a'))],
    ['one path for all entries', 'archive-entry-unsupported', tar(pax('g', { path: 'x' }), file('d/a'))],
    ['a folder with contents', 'archive-malformed', tar({ name: 'd', type: '5', contents: 'x' })],
    ['a name of 256 bytes', 'archive-malformed', tar(pax('x', { path: `d/${'x'.repeat(256)}` }), file('d/a'))],
    ['a name with a zero byte', 'archive-malformed', tar(pax('x', { path: 'd/a\0b' }), file('d/a'))],
    ['a pax header that is none', 'archive-malformed', tar({ name: 'x', type: 'x', contents: '99 path=x\n' })],
    ['a link to nowhere', 'archive-malformed', tar(symlink('d/a', ''))],
    ['a page of text', 'archive-malformed', Buffer.from('<!doctype html>'.padEnd(2000))],
    ['an archive that ends in a header', 'archive-cut-off', tar(...good).subarray(0, 700)],
    ['an archive that ends in a file', 'archive-cut-off', tar(...good).subarray(0, 1030)],
    ['an archive without its end', 'archive-cut-off', unfinishedTar(...good)],
    ['a gzip file that is cut off', 'archive-cut-off', whole.subarray(0, whole.length - 9)],
    ['nothing at all', 'archive-cut-off', Buffer.alloc(0)],
    ['a damaged gzip file', 'archive-malformed', Buffer.concat([whole.subarray(0, 10), Buffer.alloc(60, 0xff)])],
    ['zip', 'archive-format', Buffer.from('PK\x03\x04 and more')],
    ['xz', 'archive-format', Buffer.from('fd377a585a000000', 'hex')],
  ])('%s (%s)', async (_what, code, archive) => {
    await expect(hash(archive)).resolves.toMatchObject({ outcome: 'refused', code });
  });

  it('a little gzip file that unpacks to very much', async () => {
    const bomb = gzipSync(tar(file('d/a', '\0'.repeat(3_000_000))));
    await expect(hash(bomb, { limits: { maxBytes: 1_000_000 } })).resolves.toMatchObject({ code: 'archive-too-large' });
  });

  it('more entries than the limit', async () => {
    const archive = tar(...Array.from({ length: 5 }, (_, index) => file(`d/${index}`)));
    await expect(hash(archive, { limits: { maxEntries: 4 } })).resolves.toMatchObject({ code: 'archive-too-large' });
  });

  it('a size that the archive does not have, without waiting for so much memory', async () => {
    const archive = tar({ ...file('d/a'), size: 0o77777777777 });
    await expect(hash(archive)).resolves.toMatchObject({ code: 'archive-cut-off' });
  });

  it('any change of any byte, or hashes the tree that the bytes then say, but never fails', async () => {
    const archive = tar(...good, symlink('d/s', 'a'));
    const byte = fc.tuple(fc.nat(archive.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { maxLength: 5 }), async (changes) => {
        const changed = Buffer.from(archive);
        for (const [place, value] of changes) changed[place] = value;
        const result = await hash(changed);
        expect(typeof result === 'string' || result.outcome === 'refused').toBe(true);
      }),
    );
  });
});

describe('hashArchive on random trees', () => {
  const name = fc
    .string({ unit: fc.constantFrom('a', 'b', '.', '-', ' ', '0', '_', 'A', '\xc3'), minLength: 1, maxLength: 4 })
    .filter((text) => text !== '.' && text !== '..');
  const leaf: fc.Arbitrary<Leaf> = fc.oneof(
    fc.record({ kind: fc.constant('file' as const), contents: fc.string(), executable: fc.boolean() }),
    fc.record({ kind: fc.constant('symlink' as const), target: fc.string({ unit: 'grapheme-ascii', minLength: 1 }) }),
  );
  const { tree } = fc.letrec<{ tree: Tree; node: Tree | Leaf }>((tie) => ({
    tree: fc.dictionary(name, tie('node'), { maxKeys: 6, noNullPrototype: true }),
    node: fc.oneof({ depthSize: 'small' }, leaf, tie('tree')),
  }));

  function entries(tree: Tree, path: string): RawEntry[] {
    return Object.entries(tree).flatMap(([key, value]) => {
      const name = `${path}/${key}`;
      if (!isLeaf(value)) return [directory(`${name}/`), ...entries(value, name)];
      if (value.kind === 'symlink') return [symlink(name, value.target)];
      return [file(name, value.contents, value.executable ? 0o755 : 0o644)];
    });
  }
  const byName = (one: RawEntry, other: RawEntry) => (one.name < other.name ? -1 : 1);
  const memoryBytes = fc.constantFrom(1, 20, 1_000_000);

  it("hashes them as a NAR says, from git's order, with any memory", async () => {
    await fc.assert(
      fc.asyncProperty(tree, memoryBytes, async (tree, memoryBytes) => {
        const archive = tar(directory('top'), ...entries(tree, 'top').sort(byName));
        await expect(hash(archive, { limits: { memoryBytes } })).resolves.toBe(narHash(tree));
      }),
    );
  });

  it('hashes them as a NAR says, from any order, with any memory', async () => {
    await fc.assert(
      fc.asyncProperty(tree, memoryBytes, fc.infiniteStream(fc.nat()), async (tree, memoryBytes, random) => {
        const shuffled = entries(tree, 'top')
          .map((entry) => ({ entry, place: random.next().value as number }))
          .sort((one, other) => one.place - other.place)
          .map(({ entry }) => entry);
        const archive = tar(...shuffled, directory('top'));
        await expect(hash(archive, { limits: { memoryBytes } })).resolves.toBe(narHash(tree));
      }),
    );
  });
});

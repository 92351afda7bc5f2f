import { cp, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Edited, editTo } from '../../src/edit/edit-to.js';
import { type NamedTarget, namedTarget } from '../../src/edit/named-target.js';
import { readSubject } from '../../src/edit/subject.js';
import { writeEdits } from '../../src/edit/write.js';
import { refused } from '../../src/outcome.js';
import { changedLines, edited, inTemporaryFolder, modules, newCommit, newHash, readModules } from './modules.js';

const given: Parameters<typeof editTo>[3] = async () => ({ hash: newHash, hashedBy: ['given'] });

async function update(attr: string, named: NamedTarget, hashOf = given) {
  const subject = readSubject(readModules, attr);
  if ('outcome' in subject) return subject;
  const found = namedTarget(subject.driver, named);
  return found.outcome === 'found' ? editTo(readModules, attr, found.target, hashOf) : found;
}

describe('an update by hand', () => {
  it('edits to a tag that a person names, older ones and prereleases too, and says what it did', async () => {
    const outcome = await update('rec-tag', { tag: 'v0.14.0' });
    expect(outcome).toMatchObject({
      outcome: 'edited',
      plan: { version: { from: '0.15.3', to: '0.14.0' }, rev: 'v0.14.0' },
      hash: { hash: newHash, hashedBy: ['given'] },
    });
    expect(changedLines((outcome as Edited).files)).toEqual(
      expect.arrayContaining(['-version = "0.15.3";', '+version = "0.14.0";']),
    );
    expect(await update('rec-tag', { tag: 'v0.16-rc1' })).toMatchObject({ plan: { version: { to: '0.16-rc1' } } });
  });

  it('edits to a commit and its date', async () => {
    const named = { rev: newCommit, date: '2026-11-20' };
    expect(await update('kernel-first', named)).toMatchObject({
      plan: { version: { from: 'unstable-2024-06-13', to: 'unstable-2026-11-20' }, rev: newCommit },
    });
  });

  it.each<[string, string, NamedTarget]>([
    ['a tag', 'rec-tag', { tag: 'v0.15.3' }],
    ['a URL', 'url-written-out', { tag: 'https://downloads.example.org/url-written-out-3.2.2.tar.gz' }],
    ['a commit', 'kernel-first', { rev: 'e0068b4322ef327a19b0053587aa4ecd5abe52e9', date: '2024-06-13' }],
    ['a commit in a URL', 'zip-commit', { rev: '5599f364639eda11cb5556eb66e09230cb9d9785', date: '2023-02-05' }],
  ])('says so when the driver is at %s already, and asks for no hash', async (_, attr, named) => {
    const never = () => Promise.reject(new Error('asked for a hash'));
    expect(await update(attr, named, never)).toMatchObject({ outcome: 'current' });
  });

  it('hands the commit that a tag is known to point at to whoever computes the hash', async () => {
    const target = { tag: 'v1.0', version: '1.0', commit: newCommit };
    const answer = await editTo(readModules, 'rec-tag', target, async ({ source }) => {
      expect(source.commit).toBe(newCommit);
      return { hash: newHash, hashedBy: ['builtin'] };
    });
    expect(answer.outcome).toBe('edited');
  });

  it.each<[string, string, NamedTarget, string]>([
    ['a tag that the pattern does not read', 'rec-tag', { tag: 'release-1' }, 'tag-other-shape'],
    ['a tag of quotes and braces', 'rec-tag', { tag: 'v1"; x = "${y}' }, 'tag-other-shape'],
    ['a tag for a pinned commit', 'kernel-first', { tag: 'v1' }, 'pinned-to-commit'],
    ['a commit that is none', 'kernel-first', { rev: 'main', date: '2026-11-20' }, 'name-unsafe'],
    ['an attribute that follows nothing', 'of-the-kernel', { tag: 'v1' }, 'kernel-source'],
  ])('refuses %s', async (_, attr, named, code) => {
    expect(await update(attr, named)).toMatchObject({ outcome: 'refused', code });
  });

  it('passes on why there is no hash', async () => {
    const unknown = async () => refused('source-unknown', 'There is no such archive.');
    expect(await update('rec-tag', { tag: 'v1.0' }, unknown)).toMatchObject({ code: 'source-unknown' });
  });
});

describe('writeEdits', () => {
  const files = edited('refs-tags', { tag: 'v5.0', version: '5.0' });
  if ('outcome' in files) throw new Error(files.reason);
  const [file] = files;
  if (file === undefined) throw new Error('nothing to write');

  it('replaces the files and leaves nothing else behind', async () => {
    await inTemporaryFolder(async (folder) => {
      await cp(modules, folder, { recursive: true });
      const place = path.join(folder, file.path);
      const names = await readdir(path.dirname(place));
      await writeEdits(folder, files);
      expect(await readFile(place, 'utf8')).toBe(file.after);
      expect(await readdir(path.dirname(place))).toEqual(names);
    });
  });

  it('writes none of them when one has changed in the meantime', async () => {
    await inTemporaryFolder(async (folder) => {
      await cp(modules, folder, { recursive: true });
      const other = { ...file, path: 'pkgs/os-specific/linux/rec-tag/default.nix' };
      await expect(writeEdits(folder, [file, other])).rejects.toMatchObject({ code: 'edit-not-written' });
      expect(await readFile(path.join(folder, file.path), 'utf8')).toBe(file.before);
    });
  });

  it('writes through no link that leads out of the tree', async () => {
    await inTemporaryFolder(async (folder) => {
      const [tree, outside] = [path.join(folder, 'tree'), path.join(folder, 'outside.nix')];
      await cp(modules, tree, { recursive: true });
      await rename(path.join(tree, file.path), outside);
      await symlink(outside, path.join(tree, file.path));
      await expect(writeEdits(tree, files)).rejects.toMatchObject({ code: 'edit-not-written' });
      expect(await readFile(outside, 'utf8')).toBe(file.before);
    });
  });

  it('leaves a file alone whose bytes are no UTF-8', async () => {
    await inTemporaryFolder(async (folder) => {
      await mkdir(path.dirname(path.join(folder, file.path)), { recursive: true });
      await writeFile(
        path.join(folder, file.path),
        Buffer.concat([Buffer.from([0x23, 0xff, 0x0a]), Buffer.from(file.before)]),
      );
      const damaged = { ...file, before: `#\ufffd\n${file.before}`, after: `#\ufffd\n${file.after}` };
      await expect(writeEdits(folder, [damaged])).rejects.toMatchObject({ code: 'edit-not-written' });
    });
  });
});

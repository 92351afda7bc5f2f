import { firstError } from '../../src/verify/compiler-error.js';

describe('firstError', () => {
  it('finds gcc’s first error, relative to the source', () => {
    const log = [
      '  CC [M]  v4l2loopback.o',
      '/build/nix-build-v4l2loopback-0.13.2.drv-0/source/v4l2loopback.c:12:1: warning: unused variable',
      '/build/nix-build-v4l2loopback-0.13.2.drv-0/source/v4l2loopback.c:2345:17: error: implicit declaration of function ‘del_timer_sync’',
      '/build/nix-build-v4l2loopback-0.13.2.drv-0/source/v4l2loopback.c:2400:1: error: another',
    ].join('\n');
    expect(firstError(log)).toEqual({
      file: 'v4l2loopback.c',
      line: 2345,
      message: 'implicit declaration of function ‘del_timer_sync’',
    });
  });

  it.each([
    ['/build/source/src/x.c:1:2: fatal error: linux/gone.h: No such file or directory', 'src/x.c'],
    ['/nix/var/nix/builds/nix-123-456/build/source/src/x.c:1: error: y', 'src/x.c'],
    ['/tmp/nix-build-zfs.drv-0/zfs-2.3.0/module/x.c:1:2: error: y', 'module/x.c'],
    ['./x.c:1:2: error: y', 'x.c'],
    ['/lib/modules/7.3/build/include/linux/x.h:1:2: error: y', '/lib/modules/7.3/build/include/linux/x.h'],
  ])('names the place in %s', (line, file) => {
    expect(firstError(line)).toMatchObject({ file, line: 1 });
  });

  it('finds a symbol that the kernel does not export', () => {
    const log = 'ERROR: modpost: "strlcpy" [/build/nix-build-x.drv-0/source/v4l2loopback.ko] undefined!';
    expect(firstError(log)).toMatchObject({
      file: 'v4l2loopback.ko',
      line: 0,
      message: expect.stringContaining('"strlcpy"'),
    });
  });

  it('names the patch that no longer applies, not what the compiler makes of the rest', () => {
    const name = 'applying patch /nix/store/0123456789abcdfghijklmnpqrsvwxyz-fix-7.0.patch';
    const hunk = 'patching file src/main.c\nHunk #1 FAILED at 77.\n1 out of 1 hunk FAILED\n';
    const message = 'the patch fix-7.0.patch no longer applies here';
    expect(firstError(`${name}\n${hunk}`)).toEqual({ file: 'src/main.c', line: 77, message });
    expect(firstError(hunk)).toMatchObject({ message: 'a patch of the derivation no longer applies here' });
    expect(firstError(`${name}\ncan't find file to patch at input line 5`)).toMatchObject({
      message: expect.stringContaining('fix-7.0.patch no longer applies: the file'),
    });
    expect(firstError(`${name}\npatching file x.c\nReversed (or previously applied) patch detected!`)).toMatchObject({
      ...{ file: 'x.c', message: expect.stringContaining('upstream seems to have it already') },
    });
  });

  it('names a substitution of the derivation that no longer finds its text', () => {
    const log =
      "substituteStream() in derivation x-1.0: ERROR: pattern modules_install doesn't match anything in file 'Makefile'";
    const message = "pattern modules_install doesn't match anything";
    expect(firstError(log)).toEqual({ file: 'Makefile', line: 0, message });
  });

  it('finds nothing in a log without errors', () => {
    expect(firstError('  LD [M] x.ko\nno error: here\n0 errors\n')).toBeNull();
  });

  it.each(['[-Wimplicit-function-declaration]', '[]'])(
    'leaves out the option that gcc names at the end: %s',
    (option) => {
      expect(firstError(`x.c:1:1: error: implicit declaration ${option}`)?.message).toBe('implicit declaration');
    },
  );

  it('keeps a stranger’s endless line short', () => {
    expect(firstError(`x.c:1:1: error: ${'a'.repeat(100_000)}`)?.message).toHaveLength(300);
  });
});

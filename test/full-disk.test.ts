import { explainFullDisk, Fault } from '../src/errors.js';

describe('explainFullDisk', () => {
  it.each([
    ['no space', Object.assign(new Error('write'), { code: 'ENOSPC' })],
    ['a quota', Object.assign(new Error('write'), { code: 'EDQUOT' })],
    ['git without space', new Fault('git-failed', 'git', { stderr: 'fatal: write error: No space left on device' })],
  ])('says of %s what was being done and where to make room', (_, error) => {
    expect(explainFullDisk(error, 'a copy of the tree', '/data')).toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/disk of \/data is full.*a copy of the tree.*Make room/),
      cause: error,
    });
  });

  it('leaves every other error as it is', () => {
    const error = Object.assign(new Error('write'), { code: 'EACCES' });
    expect(explainFullDisk(error, 'anything', '/data')).toBe(error);
  });
});

import { Fault } from '../src/errors.js';

describe('Fault', () => {
  it('keeps its code, its data and its cause', () => {
    const cause = new Error('ENOENT');
    const fault = new Fault('engine-missing', 'no engine', { runtime: 'podman' }, cause);
    expect(fault).toMatchObject({ code: 'engine-missing', data: { runtime: 'podman' }, cause });
  });
});

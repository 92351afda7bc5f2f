import { ignoredByRules } from '../../src/pipeline/update-rules.js';

const tags = ['v1.0.0', 'v1.1.0', 'v1.2.95', 'v2.0.0', 'ttkmd-1.0.0'].map((name) => ({ name }));

describe('the rules of a derivation for its own updates', () => {
  it('leave out nothing where there are none', () => {
    expect(ignoredByRules({ unread: [] }, tags)).toEqual([]);
  });

  it('leave out what lacks the prefix, does not match what is allowed, or matches what is ignored', () => {
    expect(ignoredByRules({ prefix: 'v', unread: [] }, tags)).toEqual(['ttkmd-1.0.0']);
    expect(ignoredByRules({ prefix: 'v', allow: '^1\\.', unread: [] }, tags)).toEqual(['v2.0.0', 'ttkmd-1.0.0']);
    expect(ignoredByRules({ prefix: 'v', ignore: '^2', unread: [] }, tags)).toEqual(['v2.0.0', 'ttkmd-1.0.0']);
  });

  it('hold odd minors and high patch levels for unstable where the derivation says so', () => {
    expect(ignoredByRules({ oddUnstable: true, unread: [] }, tags)).toEqual(['v1.1.0']);
    expect(ignoredByRules({ patchlevelUnstable: true, unread: [] }, tags)).toEqual(['v1.2.95']);
  });

  it.each([{ allow: '^(1+)+$' }, { ignore: '^(1+)+$' }])('are refused when %j takes too long', (rules) => {
    const slow = [{ name: `v${'1'.repeat(60)}x` }];
    expect(ignoredByRules({ prefix: 'v', ...rules, unread: [] }, slow)).toMatchObject({
      outcome: 'refused',
      code: 'update-rule-too-slow',
      reason: expect.stringContaining('"^(1+)+$"'),
    });
  });

  it.each([['a|'.repeat(300)], ['(']])('are refused when %j cannot be run', (allow) => {
    const answer = ignoredByRules({ allow, unread: [] }, tags);
    expect(answer).toMatchObject({ outcome: 'refused', code: 'update-rule-too-slow' });
  });

  it('never run an expression on a name that is too long to be a release', () => {
    const long = `v${'1'.repeat(5000)}`;
    expect(ignoredByRules({ allow: '(1+)+$', unread: [] }, [{ name: long }])).toEqual([long]);
  });
});

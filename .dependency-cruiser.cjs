/**
 * The house's import direction (ARCHITECTURE.md): a storey may use the storeys below it, never one above,
 * and there is no circle.
 */
const storeys = [
  ['cli', 'server'],
  ['worker', 'app'],
  ['pipeline'],
  ['edit', 'verify', 'publish', 'review', 'web'],
  ['source', 'nixpkgs'],
  ['nix', 'release', 'watch', 'github', 'jobs', 'config'],
  ['net', 'outcome', 'errors'],
];
const room = (name) => `^src/${name}(/|\\.ts$)`;
const upward = storeys.flatMap((names, level) => {
  const above = storeys.slice(0, level).flat();
  if (above.length === 0) return [];
  return names.map((name) => ({
    name: `no-way-up-from-${name}`,
    severity: 'error',
    from: { path: room(name) },
    to: { path: above.map(room) },
  }));
});

/** Rooms whose rules hold without a world: no file, no network, no process, no clock. */
const pure = [
  '^src/release/',
  '^src/publish/body',
  '^src/config/schema\\.ts$',
  '^src/edit/rewrite\\.ts$',
  '^src/review/commands\\.ts$',
  '^src/nix/syntax/',
];

module.exports = {
  forbidden: [
    ...upward,
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'pure-stays-pure', severity: 'error', from: { path: pure }, to: { dependencyTypes: ['core'] } },
    {
      name: 'octokit-only-in-github',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(github|app|server)' },
      to: { path: 'node_modules/(@octokit|probot)' },
    },
    {
      name: 'sql-only-in-jobs',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/jobs/' },
      to: { path: 'node_modules/(pg|pg-boss|@electric-sql)/' },
    },
    { name: 'no-test-code-in-src', severity: 'error', from: { path: '^src' }, to: { path: '^test' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

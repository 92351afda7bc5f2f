import { Evaluator } from '../../src/nix/evaluate/evaluator.js';
import type { SetValue } from '../../src/nix/evaluate/values.js';
import { parse } from '../../src/nix/syntax/parse.js';
import { optOutComment, readUpdateRules } from '../../src/nixpkgs/update-rules.js';

/** The rules of a derivation file with these attributes. */
function rulesOf(attributes: string) {
  const text = `let prefix = "ena_linux_"; in rec { pname = "driver"; ${attributes} }`;
  const value = new Evaluator({ readText: () => text, call: () => null }).evaluateFile('driver.nix');
  return readUpdateRules(value as SetValue);
}

describe('readUpdateRules', () => {
  it('finds no rules where there is no update script', () => {
    expect(rulesOf('pname = "driver";')).toEqual({ unread: [] });
    expect(rulesOf('passthru.updateScript = nix-update-script { };')).toEqual({ unread: [] });
    expect(rulesOf('passthru = { updateScript = null; };')).toEqual({ unread: [] });
  });

  it("reads nix-update's version pattern, which must fit from the tag's beginning, in both spellings", () => {
    const allow = '^(?:v([0-9.]+))';
    const spaced = '[ "--version-regex" "v([0-9.]+)" ]';
    expect(rulesOf(`passthru.updateScript = nix-update-script { extraArgs = ${spaced}; };`)).toEqual({
      allow,
      unread: [],
    });
    const joined = '[ "--version-regex=v([0-9.]+)" ]';
    expect(rulesOf(`passthru = { updateScript = nix-update-script { extraArgs = ${joined}; }; };`)).toEqual({
      allow,
      unread: [],
    });
  });

  it('reads the file that is to be edited', () => {
    expect(
      rulesOf('passthru.updateScript = nix-update-script { extraArgs = [ "--override-filename" "pkgs/a/b.nix" ]; };'),
    ).toEqual({ overrideFile: 'pkgs/a/b.nix', unread: [] });
  });

  it('reads every rule of gitUpdater', () => {
    expect(
      rulesOf(
        'passthru.updateScript = pkgs.gitUpdater { rev-prefix = "ena_linux_"; ignoredVersions = "(alpha|beta)"; allowedVersions = "^2"; odd-unstable = true; patchlevel-unstable = false; };',
      ),
    ).toEqual({ prefix: 'ena_linux_', ignore: '(alpha|beta)', allow: '^2', oddUnstable: true, unread: [] });
  });

  it.each([
    ['a rule that is computed', 'gitUpdater { rev-prefix = kernel.prefix; }', ['rev-prefix']],
    ['a rule that it does not know', 'gitUpdater { tomorrow = true; }', ['tomorrow']],
    [
      'an argument that it does not know',
      'nix-update-script { extraArgs = [ "--version=branch" ]; }',
      ['--version=branch'],
    ],
    ['an argument without its value', 'nix-update-script { extraArgs = [ "--version-regex" ]; }', ['--version-regex']],
    ['arguments that are computed', 'nix-update-script { extraArgs = lib.optional true "a"; }', ['extraArgs']],
    [
      'an expression that JavaScript cannot read',
      'gitUpdater { ignoredVersions = "[[:alpha:]]"; }',
      ['ignoredVersions'],
    ],
    ['a script of its own', './update.sh', ['updateScript: a path']],
    ['another updater', 'unstableGitUpdater { branch = "main"; }', ['updateScript: unstableGitUpdater']],
  ])('reports %s instead of guessing', (_, script, unread) => {
    expect(rulesOf(`passthru.updateScript = ${script};`)).toEqual({ unread });
  });

  it('follows names and unions to what they mean', () => {
    expect(rulesOf('passthru.updateScript = gitUpdater { rev-prefix = prefix; };')).toEqual({
      prefix: 'ena_linux_',
      unread: [],
    });
    expect(rulesOf('passthru = { a = 1; } // { updateScript = gitUpdater ({ } // { rev-prefix = "v"; }); };')).toEqual({
      prefix: 'v',
      unread: [],
    });
  });

  it('takes no updateScript that stands outside of passthru for one', () => {
    expect(rulesOf('updateScript = gitUpdater { rev-prefix = "v"; };')).toEqual({ unread: [] });
  });
});

describe('optOutComment', () => {
  it.each(['# nixpkgs-update: no auto update', '# Generated. DO NOT EDIT!', '/* Do not edit! */'])(
    'honours %s',
    (comment) => {
      expect(optOutComment(parse(`${comment}\n{ }`))).toBe(comment);
    },
  );

  it('reads comments alone: the same words in a string ask for nothing', () => {
    expect(optOutComment(parse('{ postPatch = "# DO NOT EDIT"; }'))).toBeNull();
  });
});

/**
 * Suites that need something a plain machine may lack (a Nix image, a PostgreSQL server, a full nixpkgs).
 * Without it they are skipped and say what would enable them; under `MODPROBOT_REQUIRE=all` a skip is a failure.
 */
interface Requirement {
  /** What is needed, in a word or two: "Nix image". */
  readonly name: string;
  readonly met: boolean;
  /** What a person does to enable the suite. */
  readonly enable: string;
}

/** `describe`, or a skipped one that prints why. `Optional` requirements (a full nixpkgs tree) may skip even under `all`. */
export function describeWith(requirement: Requirement, title: string, suite: () => void): void {
  if (requirement.met) {
    describe(title, suite);
    return;
  }
  if (process.env['MODPROBOT_REQUIRE'] === 'all') {
    describe(title, () => {
      it(`has ${requirement.name}`, () => {
        throw new Error(`MODPROBOT_REQUIRE=all, but ${requirement.name} is missing. ${requirement.enable}`);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${title} — needs ${requirement.name}. ${requirement.enable}\n`);
  describe.skip(title, suite);
}

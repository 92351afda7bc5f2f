import { faults } from '../src/errors.js';
import { refusals } from '../src/outcome.js';

/** The text of docs/errors.md: every code with its line of documentation, in alphabetical order. */
export function errorsPage(): string {
  return `# Codes

Written by \`npm run generate\` from \`src/errors.ts\` and \`src/outcome.ts\`. Do not edit it here.

The command prints a code in brackets after its message and under \`code\` with \`--json\`. The service writes it to its log. Codes are stable: programs
may rely on them. Sentences may change.

## Refused and waiting

Something expected that a person can act on. No pull request came of it. The command ends with 2 (refused) or 3 (waiting).

${table(refusals)}

## Faults

Something that should not have happened. The command ends with 1, or with 64 for \`option-invalid\`. The service tries the job again.

${table(faults)}
`;
}

function table(codes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(codes)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([code, line]) => `| \`${code}\` | ${line.replace(/[|<>]/g, (sign) => `\\${sign}`)} |`);
  return ['| code | what it means, and what to do |', '|---|---|', ...rows].join('\n');
}

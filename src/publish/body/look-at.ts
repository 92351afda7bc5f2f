import type { Update, Verification } from '../update.js';
import { bounds } from './bounds.js';
import { listed, prose } from './markdown.js';
import type { Section } from './section.js';

const howToBuild =
  'To have kernels built, whoever runs the App installs podman, docker or Nix and starts it with `MODPROBOT_ENGINE=auto`.';

/** What the reviewer should look at, besides the reasons for a draft, which stand at the top. */
export function lookAt(update: Update, verification: Verification): Section {
  const points = ['What changed upstream.', ...remarks(update, verification)].map((point) => `- ${point}`);
  return { full: `## What to look at\n\n${points.join('\n')}`, brief: null };
}

function remarks({ hash, files, remarks: noticed }: Update, verification: Verification): readonly string[] {
  const { verdicts, system, tests } = verification;
  const failing = verdicts.filter(({ status }) => status === 'still failing').map(({ set }) => set);
  const unavailable = verdicts.filter(({ status }) => status === 'unavailable').map(({ set }) => set);
  return [
    ...noticed.map(prose),
    ...(failing.length > 0
      ? [`It does not build on ${listed(failing)}. It is not known to have built there before.`]
      : []),
    ...(unavailable.length > 0 ? [`It is not available on ${listed(unavailable)}; the table says why.`] : []),
    ...bounds(verification),
    ...(system === null ? [howToBuild] : []),
    ...(tests.length > 0 ? [`Its \`passthru.tests\` were not run: ${listed(tests)}.`] : []),
    ...(hash.hashedBy.length === 1 ? ['The source hash was computed in one way only.'] : []),
    ...(files.length > 1 ? [`The edit touches ${files.length} files.`] : []),
  ];
}

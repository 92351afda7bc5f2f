import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import type { Forge } from '../github/forge.js';
import type { Builds } from '../jobs/builds.js';
import { openEngine } from '../nix/engine/open.js';
import { type Checkouts, openCheckouts } from '../nixpkgs/checkout.js';
import { upstreamUrl } from '../nixpkgs/derivation-upstream.js';
import { scan } from '../nixpkgs/scan.js';
import { verifySettings } from '../pipeline/settings.js';
import { openTrees, type Trees } from '../pipeline/trees.js';
import { type UpdateOutcome, updateDriver } from '../pipeline.js';
import { branchOf } from '../publish/publish.js';
import type { OpenedWorkerPorts, ServerPorts } from '../server.js';
import type { BuildCache, BuildResult } from '../verify/build-cache.js';
import { readDay, readHead } from '../watch/branch.js';
import { limitedPerHost } from '../watch/per-host.js';
import { listReleases } from '../watch/releases.js';
import { listTags } from '../watch/tags.js';
import type { Updated } from '../worker/ports.js';
import { stoppable, type World } from './world.js';

/** What the worker's jobs ask of the rest of the house, made of the real parts; a stop reaches whatever is on its way. */
export async function workerPorts(
  world: World<Settings>,
  { ledger, log, signal: stop }: Parameters<ServerPorts['worker']>[0],
): Promise<OpenedWorkerPorts> {
  const { settings, git, fetch } = stoppable(world, stop);
  const opened = await openEngine(settings.engine);
  log.info(opened.found);
  const checkouts = openCheckouts(join(settings.dataDirectory, 'checkouts'), git);
  const verify = { engine: opened.engine, builds: buildsIn(ledger.builds), settings: verifySettings(settings) };
  return {
    async scan(forge, commit) {
      await using trees = await treesOf(checkouts, forge, commit);
      return scan(trees.before);
    },
    upstreamOf: upstreamUrl,
    listTags: limitedPerHost((url) => listTags(url, git)),
    listReleases: (url, known, token) => listReleases(url, known, { fetch, token }),
    readHead: (url, branch) => readHead(url, branch, git),
    readDay: (url, commit) => readDay(url, commit, git),
    async updateDriver(request, signal) {
      const job = log.child({ fork: `${request.forge.owner}/${request.forge.name}`, attr: request.attr });
      const outcome = await updateDriver(request, {
        fetch,
        verify: { ...verify, signal },
        progress: (line) => job.info(line),
        openTrees: (forge, commit) => treesOf(checkouts, forge, commit),
      });
      const code = 'code' in outcome ? { code: outcome.code } : {};
      job.info({ outcome: outcome.outcome, ...code }, sentence(outcome));
      return recorded(outcome);
    },
    close: () => opened.close(),
  };
}

async function treesOf(checkouts: Checkouts, forge: Forge, commit: string): Promise<Trees> {
  const address = `https://github.com/${forge.owner}/${forge.name}`;
  const { directory, dispose } = await checkouts.checkOut({ address, commit, token: await forge.gitToken() });
  return openTrees(directory, dispose);
}

/** Build results by derivation path, kept with everything else that was done. */
function buildsIn(builds: Builds): BuildCache {
  return {
    get: async (drvPath) => (await builds.find<BuildResult>(drvPath))?.result ?? null,
    put: (drvPath, result) => builds.save(drvPath, { result, log: '' }),
  };
}

function sentence(outcome: UpdateOutcome): string {
  return outcome.outcome === 'published' ? `${outcome.pullRequest.title}: ${outcome.pullRequest.url}` : outcome.reason;
}

/** What the ledger keeps of an outcome. */
function recorded(outcome: UpdateOutcome): Updated {
  if (outcome.outcome !== 'published') return { outcome: { ...outcome }, pullRequest: null };
  const { update, pullRequest, verified } = outcome;
  const { number, url, title, draft } = pullRequest;
  const { version } = update.plan;
  const { hash, hashedBy } = update.hash;
  const kernels = verified.verdicts;
  const files = update.files.map(({ path, diff }) => ({ path, diff }));
  return {
    outcome: {
      outcome: 'published',
      pullRequest: { number, url, title, draft },
      version,
      hash,
      hashedBy,
      files,
      kernels,
    },
    pullRequest: { head: branchOf(update), number, version: version.to, state: 'open' },
  };
}

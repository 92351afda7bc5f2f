import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { authorityBundle, curlFlags } from './curl.js';
import type { Engine } from './engine.js';
import { runProgram } from './program.js';
import type { EngineSettings } from './settings.js';

/** Where Nix finds its store, its daemon and its configuration. */
const passedOn = [
  ...['PATH', 'HOME', 'USER', 'TMPDIR', 'NIX_REMOTE', 'NIX_STORE_DIR', 'NIX_STATE_DIR', 'NIX_LOG_DIR', 'NIX_CONF_DIR'],
  ...['NIX_DAEMON_SOCKET_PATH', 'NIX_SSL_CERT_FILE'],
];

export interface LocalEngine extends Engine {
  /** Removes the files that the engine keeps while it is in use. */
  close(): Promise<void>;
}

/**
 * The Nix that is installed on this machine. Its own sandbox keeps strangers' code off the network; where the operator
 * switched that off, nothing here switches it on.
 *
 * The host map reaches the fetchers only where Nix builds in this process: a Nix daemon has an environment of its own.
 */
export async function openLocal(settings: EngineSettings): Promise<LocalEngine> {
  const files = mkdtempSync(path.join(tmpdir(), 'modprobot-engine-'));
  const environment: Record<string, string> = { NIX_CONFIG: settings.nixConfig };
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  if (Object.keys(settings.hosts).length > 0) {
    const authorities = path.join(files, 'authorities.pem');
    await writeFile(authorities, await authorityBundle(settings.hosts));
    environment.NIX_CURL_FLAGS = curlFlags(settings.hosts, authorities);
    environment.NIX_SSL_CERT_FILE = authorities;
  }
  return {
    name: 'local',
    run: ({ program, args, timeoutMs, onLine, signal }) =>
      runProgram({
        program,
        args,
        env: environment,
        timeoutMs,
        ...(onLine === undefined ? {} : { onLine }),
        ...(signal === undefined ? {} : { signal }),
      }),
    async close() {
      rmSync(files, { recursive: true, force: true });
    },
  };
}

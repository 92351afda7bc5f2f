import type { Finished } from './engine.js';
import { runProgram } from './program.js';

/** Asks podman or docker something that is over in a moment, unless told otherwise. */
export function ask(program: string, args: readonly string[], timeoutMs = 60_000): Promise<Finished> {
  return runProgram({ program, args, env: containerEnvironment(), timeoutMs });
}

/** What podman and docker need to find their store or their daemon; they pass none of it on. */
export function containerEnvironment(): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'XDG_RUNTIME_DIR',
    'XDG_DATA_HOME',
    'XDG_CONFIG_HOME',
    'DOCKER_HOST',
    'CONTAINER_HOST',
  ];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

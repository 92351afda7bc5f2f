import { Fault } from '../../errors.js';
import { ask, type Client } from './client.js';

/** The modes that git knows for a regular file. https://docs.github.com/en/rest/git/trees#create-a-tree */
export type FileMode = '100644' | '100755';

/**
 * Tells with which mode a file is written over that of a tree: its own where it is there, so that what can be executed
 * stays so. Every folder on the way is read once.
 *
 * @throws Fault `edit-not-written` when a link, a submodule or a folder stands at the path, or a link on the way to it.
 */
export function fileModes(client: Client, root: string): (path: string) => Promise<FileMode> {
  const folders = new Map<string, Promise<Entries>>();
  const entriesOf = (sha: string) => {
    const known = folders.get(sha) ?? readFolder(client, sha);
    folders.set(sha, known);
    return known;
  };
  return async (path) => {
    const folderNames = path.split('/');
    const name = folderNames.pop() ?? '';
    let folder = root;
    for (const folderName of folderNames) {
      const entry = (await entriesOf(folder)).get(folderName);
      if (entry === undefined) return '100644';
      if (entry.mode !== '040000') throw notWritten(path);
      folder = entry.sha;
    }
    const mode = (await entriesOf(folder)).get(name)?.mode ?? '100644';
    if (mode !== '100644' && mode !== '100755') throw notWritten(path);
    return mode;
  };
}

type Entries = ReadonlyMap<string, { readonly mode: string; readonly sha: string }>;

async function readFolder(client: Client, sha: string): Promise<Entries> {
  const { octokit, owner, repo } = client;
  const { data } = await ask(client, `read the folder ${sha}`, () =>
    octokit.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { owner, repo, tree_sha: sha }),
  );
  return new Map(data.tree.map((entry) => [entry.path, entry]));
}

function notWritten(path: string): Fault {
  return new Fault('edit-not-written', `${path} is no regular file in the repository, or lies behind a link.`, {
    path,
  });
}

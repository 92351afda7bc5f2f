import { isPull } from '../model/issues.js';
import { visibleRepository } from '../web/visible.js';
import { type Context, nodeOf, refusal } from './context.js';
import { pullObject, repositoryObject } from './objects.js';

export const queries = {
  node({ id }: { id: string }, context: Context) {
    const node = nodeOf(context, id);
    if (!('number' in node)) return repositoryObject(node);
    if (!isPull(node)) throw refusal('NOT_FOUND', 'the stand-in knows repositories and pull requests as nodes');
    return pullObject(node);
  },
  repository({ owner, name }: { owner: string; name: string }, { world, caller }: Context) {
    try {
      return repositoryObject(visibleRepository(world, caller, owner, name));
    } catch {
      throw refusal('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    }
  },
};

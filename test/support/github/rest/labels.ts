import { findLabel, labelNamed, setLabels } from '../actions/issues.js';
import { actor, type Call, part, repositoryOf } from '../http/call.js';
import { list } from '../http/pages.js';
import { created, invalid, noContent, notFound, ok, Refusal, type Reply } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { labelView } from '../views/issue.js';
import { issueIn, nameOf, writableIssueIn } from './issues.js';

const reading = ['issues:read', 'pull_requests:read'] as const;
const writing = ['issues:write', 'pull_requests:write'] as const;

export const labels: Routes = {
  'GET /repos/{owner}/{repo}/labels': {
    needs: reading,
    handle(call) {
      const repository = repositoryOf(call);
      return list(call, repository.labels, (label) => labelView(repository, label));
    },
  },
  'POST /repos/{owner}/{repo}/labels': { needs: writing, handle: create },
  'GET /repos/{owner}/{repo}/labels/{name}': {
    needs: reading,
    handle(call) {
      const label = findLabel(repositoryOf(call), part(call, 'name'));
      if (!label) throw notFound();
      return ok(labelView(repositoryOf(call), label));
    },
  },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': {
    needs: reading,
    handle(call) {
      const issue = issueIn(call);
      return list(call, issue.labels, (label) => labelView(issue.repository, label));
    },
  },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': {
    needs: writing,
    handle: (call) => change(call, (now) => [...now, ...namesIn(call)]),
  },
  'PUT /repos/{owner}/{repo}/issues/{issue_number}/labels': {
    needs: writing,
    handle: (call) => change(call, () => namesIn(call)),
  },
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels': {
    needs: writing,
    async handle(call) {
      await change(call, () => []);
      return noContent;
    },
  },
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': {
    needs: writing,
    handle(call) {
      const leaving = part(call, 'name').toLowerCase();
      const present = issueIn(call).labels.some(({ name }) => name.toLowerCase() === leaving);
      if (!present) throw new Refusal(404, 'Label does not exist');
      return change(call, (now) => now.filter((name) => name.toLowerCase() !== leaving));
    },
  },
};

function create(call: Call): Reply {
  const repository = repositoryOf(call);
  const { name, color, description } = call.body as { name: string; color?: string; description?: string };
  if (findLabel(repository, name)) throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
  if (color !== undefined && !/^[0-9a-f]{6}$/i.test(color)) {
    throw invalid({ resource: 'Label', code: 'invalid', field: 'color' });
  }
  const label = labelNamed(call.world, repository, name);
  label.color = color ?? label.color;
  label.description = description ?? null;
  const view = labelView(repository, label);
  return created(view, { location: view.url });
}

function namesIn(call: Call): string[] {
  const body: unknown = call.body;
  const asked = Array.isArray(body) ? body : ((body as { labels?: unknown[] }).labels ?? []);
  return (asked as (string | { name: string })[]).map(nameOf);
}

async function change(call: Call, next: (names: string[]) => string[]): Promise<Reply> {
  const issue = writableIssueIn(call);
  const names = issue.labels.map((label) => label.name);
  await setLabels(call.world, issue, actor(call), next(names));
  return ok(issue.labels.map((label) => labelView(issue.repository, label)));
}

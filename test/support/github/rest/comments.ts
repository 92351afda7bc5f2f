import { addComment, deleteComment, editComment, react } from '../actions/issues.js';
import { demand } from '../http/access.js';
import { actor, type Call, part, repositoryOf } from '../http/call.js';
import { list } from '../http/pages.js';
import { created, invalid, noContent, notFound, ok, Refusal, type Reply } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import type { Comment, Issue, Reaction } from '../model/issues.js';
import { commentView, reactionView } from '../views/issue.js';
import { mayWrite } from '../world.js';
import { issueIn, refuseLongBody, writableIssueIn } from './issues.js';

const reading = ['issues:read', 'pull_requests:read'] as const;
const writing = ['issues:write', 'pull_requests:write'] as const;

export const comments: Routes = {
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': {
    needs: reading,
    handle(call) {
      const issue = issueIn(call);
      const since = Date.parse(call.query.since ?? '1970-01-01T00:00:00Z');
      const recent = issue.comments.filter((comment) => Date.parse(comment.updatedAt) >= since);
      return list(call, recent, (comment) => commentView(call.world, issue, comment));
    },
  },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': {
    needs: writing,
    handle(call) {
      const issue = writableIssueIn(call);
      const body = bodyOf(call);
      const by = { account: actor(call), viaApp: call.caller.kind === 'installation' };
      const view = commentView(call.world, issue, addComment(call.world, issue, by, body));
      return created(view, { location: view.url });
    },
  },
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': {
    needs: reading,
    handle(call) {
      const { issue, comment } = commentIn(call);
      return ok(commentView(call.world, issue, comment));
    },
  },
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': {
    needs: writing,
    handle(call) {
      const { issue, comment } = writableCommentIn(call);
      editComment(call.world, issue, comment, actor(call), bodyOf(call));
      return ok(commentView(call.world, issue, comment));
    },
  },
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': {
    needs: writing,
    handle(call) {
      const { issue, comment } = writableCommentIn(call);
      deleteComment(call.world, issue, comment, actor(call));
      return noContent;
    },
  },
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': {
    needs: reading,
    handle: (call) => list(call, commentIn(call).comment.reactions, reactionView),
  },
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': {
    needs: writing,
    handle(call) {
      const { issue, comment } = commentIn(call);
      if (!issue.pull) demand(call, issue.repository, 'issues:write');
      return addReaction(call, comment.reactions);
    },
  },
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}': {
    needs: writing,
    handle: (call) => removeReaction(call, commentIn(call).comment.reactions),
  },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/reactions': {
    needs: reading,
    handle: (call) => list(call, issueIn(call).reactions, reactionView),
  },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions': {
    needs: writing,
    handle: (call) => addReaction(call, writableIssueIn(call).reactions),
  },
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/reactions/{reaction_id}': {
    needs: writing,
    handle: (call) => removeReaction(call, writableIssueIn(call).reactions),
  },
};

function bodyOf(call: Call): string {
  const { body } = call.body as { body: string };
  if (body.trim() === '') {
    throw invalid({ resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body cannot be blank' });
  }
  refuseLongBody(body);
  return body;
}

function commentIn(call: Call): { issue: Issue; comment: Comment } {
  const id = Number(part(call, 'comment_id'));
  for (const issue of repositoryOf(call).issues.values()) {
    const comment = issue.comments.find((one) => one.id === id);
    if (comment) return { issue, comment };
  }
  throw notFound();
}

/** A comment that the caller may change: its own, or anybody's where it may write. */
function writableCommentIn(call: Call): { issue: Issue; comment: Comment } {
  const { issue, comment } = commentIn(call);
  if (!issue.pull) demand(call, issue.repository, 'issues:write');
  const { caller } = call;
  if (caller.kind === 'user' && comment.user !== caller.account && !mayWrite(issue.repository, caller.account)) {
    throw new Refusal(403, 'Must have write access to the repository');
  }
  return { issue, comment };
}

function addReaction(call: Call, reactions: Reaction[]): Reply {
  const { content } = call.body as { content: Reaction['content'] };
  const { reaction, isNew } = react(call.world, reactions, actor(call), content);
  return { status: isNew ? 201 : 200, json: reactionView(reaction) };
}

function removeReaction(call: Call, reactions: Reaction[]): Reply {
  const at = reactions.findIndex(({ id }) => id === Number(part(call, 'reaction_id')));
  if (at < 0 || reactions[at]?.user !== actor(call)) throw notFound();
  reactions.splice(at, 1);
  return noContent;
}

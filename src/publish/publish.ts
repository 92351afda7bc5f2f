/** What the pipeline needs of this room, in the order in which it needs it. */
export { type OpenedBranch, openBranch } from './branch.js';
export { abandonChecks, type Checks, completeChecks, queueChecks, reportProgress } from './checks.js';
export { type OpenedPullRequest, openPullRequest } from './pull-request.js';
export { branchOf, type Update, type Verification } from './update.js';

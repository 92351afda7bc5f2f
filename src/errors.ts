/**
 * A fault: something that should not have happened, as opposed to an outcome that a person can act on.
 *
 * Every fault has a stable `code` (kebab-case, documented in docs/errors.md), the data that caused it,
 * and the original error as `cause`. The message names what was being done and what to do next.
 */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: FaultCode, message: string, data: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.data = data;
  }
}

/** Whether this is the fault of that code. */
export function isFault(error: unknown, code: FaultCode): error is Fault {
  return error instanceof Fault && error.code === code;
}

/** Seconds after which another try makes sense, where the fault knows: a rate limit does. Else null. */
export function retryAfterSeconds(error: unknown): number | null {
  const seconds = error instanceof Fault ? error.data.retryAfterSeconds : null;
  return typeof seconds === 'number' ? seconds : null;
}

/**
 * The fault of a full disk where that is what a file operation or git failed with (ENOSPC, EDQUOT), else the error as it is.
 *
 * @param doing what the disk was too full for: `copying the nixpkgs tree`
 * @param place the folder on that disk
 */
export function explainFullDisk(error: unknown, doing: string, place: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const printed = isFault(error, 'git-failed') ? String(error.data.stderr) : '';
  const isFull = /^(ENOSPC|EDQUOT)$/.test(code) || /No space left on device|Disk quota exceeded/.test(printed);
  if (!isFull) return error;
  const message = `The disk of ${place} is full: it has no room for ${doing}. Make room there; the job is tried again.`;
  return new Fault('disk-full', message, { doing, place }, error);
}

/** Every fault code with its line of documentation; docs/errors.md is held against this table by a test. */
export const faults = {
  'base-missing': 'The fork has no branch of the name that `base` gives. Correct it in .github/modprobot.yml.',
  'engine-missing': 'No Nix engine answers. Install podman, docker or Nix, or set MODPROBOT_ENGINE=none.',
  'engine-failed':
    'podman or docker itself failed. The message holds its words; check disk space, the runtime and the image.',
  'disk-full':
    'A disk of this machine is full. The message names the folder and what was being done; make room there, or point TMPDIR or MODPROBOT_DATA to a larger disk.',
  'evaluation-failed': "Nix could not evaluate the tree. The message holds Nix's sentence.",
  'evaluation-timeout': 'Evaluating the tree took longer than the limit.',
  'nix-hash-failed':
    'Nix did not tell the hash of a source. The data hold the lines of its log; usually the download failed.',
  'setting-invalid': 'A setting of the operator does not hold what it should. The message names it and what to write.',
  'address-refused':
    'An address is not https, not on a known forge, carries credentials, or leads to a private network. Allow its host in MODPROBOT_ALLOWED_HOSTS if you trust it.',
  'host-unresolved': 'A host name has no address. Check the network and the spelling of the upstream.',
  'download-failed': 'A download could not be made or broke off. It is tried again on the next run.',
  'download-http-status':
    'A download was answered with an error status. 404: the tag, the asset or the repository is gone.',
  'download-too-large': 'A download is larger than the limit.',
  'download-timeout': 'A download took longer than the limit.',
  'download-redirects': 'A download was redirected too often, or to nowhere.',
  'git-missing': 'The program git is not there. Install git 2.37 or newer.',
  'git-failed': 'git ended with an error; the data hold what it printed.',
  'git-timeout': 'git took longer than the limit.',
  'git-output-too-large': 'git printed more than the limit.',
  'upstream-unreachable': 'An upstream repository does not answer. It is tried again on the next run.',
  'upstream-gone':
    'An upstream repository does not exist any more, or is private. Correct the derivation or drop the driver.',
  'upstream-branch-missing':
    'An upstream repository has no branch of the name that `branch` gives. Correct it in .github/modprobot.yml.',
  'upstream-timeout': 'An upstream repository took too long to list its tags.',
  'upstream-too-many-tags': 'An upstream repository has more tags than the limit.',
  'github-unauthorized':
    "GitHub does not accept the App's key or token. Check the App id and the private key, and that the App is still installed.",
  'github-forbidden':
    "The App may not do that. Grant it the permissions that app.yml lists, and accept them on the installation's page.",
  'github-rate-limited': 'GitHub asks to wait. The job is tried again when the time that GitHub named is over.',
  'github-not-found':
    'GitHub has no such thing, or hides it. Check that the repository exists and that the App is installed on it.',
  'github-gone':
    'GitHub has that switched off for the repository; issues are off on a fork until its settings turn them on.',
  'github-invalid':
    'GitHub refused what was sent. The message holds its reason; the next run starts from what GitHub has.',
  'github-unavailable': 'GitHub did not answer properly. The job is tried again; see githubstatus.com if it lasts.',
  'github-unexpected': 'GitHub gave an answer that this version does not know. Please report it with the message.',
  'store-in-use': 'Another modprobot process has the embedded store open. Stop it, or set DATABASE_URL for both.',
  'store-unusable':
    'The embedded store cannot be opened. See that MODPROBOT_DATA is writable and has room, or set DATABASE_URL.',
  'store-unreachable':
    'The PostgreSQL server of DATABASE_URL does not answer. See that it runs and that the address is right.',
  'kernel-sets-unreadable':
    'The kernel sets of the tree cannot be read. The message names the file; see that it is a checkout of nixpkgs.',
  'pattern-invalid': 'A tag pattern cannot be used. It needs {version} or {date}, and text between its placeholders.',
  'tag-list-invalid':
    'A list of tags cannot be read. Write a tag per line, optionally its commit and its ISO date behind it.',
  'option-invalid': 'An option of the command has a value that cannot be used. The message shows how it is written.',
  'port-unavailable': 'The server cannot listen on its address. Set HOST or PORT to another one.',
  'not-nixpkgs': 'The tree has no readable pkgs/top-level/linux-kernels.nix. Name the root of a nixpkgs checkout.',
  'file-unreadable': 'A file that was named cannot be read.',
  'edit-not-written':
    'An edited file could not be written into nixpkgs, which is as before. Correct what the message names.',
  'fork-unreachable':
    'A commit of the nixpkgs fork could not be fetched. Check that the App is installed there; it is tried again on the next run.',
  bug: 'An invariant of the program did not hold. Please report it with the message.',
} as const satisfies Record<string, string>;

export type FaultCode = keyof typeof faults;

import { bytesOfText, textOfBytes } from '../../../model/bytes.ts';
import { HuxleyError } from '../../../model/error.ts';
import type { FileEntry } from '../../../model/file.ts';
import { appliedTo, changedPaths, readPatch, touched } from '../../../model/git-patch.ts';
import type { Container } from '../../../sandbox/port.ts';
import type { Instance } from '../instance/instance.ts';
import { checkPatch, without } from './patch.ts';
import { type Protection, protectionOf } from './runner-files.ts';
import { namesSourcesOnly, withTrustedRunnerPart } from './runner-parts.ts';

/** What is graded: changed files, or a patch. */
export type Candidate = { readonly files: readonly FileEntry[] } | { readonly patch: string };

/** A container with the instance's repository in it. */
export interface Tree {
  readonly container: Container;
  readonly workdir: string;
}

/** Tried in this order, from a pristine tree each time, as the official harness does. */
const PATCH_CHAIN = [
  'git apply --verbose',
  'git apply --verbose --3way',
  'git apply --verbose --reject',
  'patch --batch --forward --fuzz=5 -p1 -i',
];
export const GIT = 'git -c core.hooksPath=/dev/null -c user.name=huxley -c user.email=huxley@localhost';
const MEGABYTE = 1024 * 1024;
const REMEDY = 'Submit a smaller patch that leaves tests and the configuration of their runner alone.';

/**
 * Applies an attempt to the base commit in a container, and puts back what it changed of tests and of what tells their runner
 * what to do. Tools read names in patches in more ways than one, so what counts is what changed, not what the patch says.
 *
 * @returns the runner's files that were put back
 * @throws HuxleyError `suite.patch` for a patch that does not apply, `suite.patch-refused` for one that may not
 */
export async function applyAttempt(
  tree: Tree,
  instance: Instance,
  pristine: readonly FileEntry[],
  attempt: Candidate,
): Promise<readonly string[]> {
  const base = new Map(pristine.map((file) => [file.path, file]));
  const protection = protectionOf(instance, (path) => base.has(path));
  const isBase = (path: string) => protection(path) === 'base';
  const left = new Set<string>();
  if ('files' in attempt) {
    await tree.container.copyIn(
      tree.workdir,
      attempt.files.filter(({ path }) => !isBase(path)),
    );
  } else {
    checkPatch(attempt.patch);
    for (const path of changedPaths(attempt.patch)) if (isBase(path)) left.add(path);
    await applyPatch(tree, without(attempt.patch, isBase));
    await refuseLinks(tree, pristine);
  }
  const changed = (await changedIn(tree)).filter((path) => protection(path) !== undefined);
  const read = await textsOf(
    tree,
    changed.filter((path) => !isBase(path)),
  );
  const trustedOf = trustedTexts(base, instance.gold);
  const written: FileEntry[] = [];
  const undone: string[] = [];
  for (const path of changed) {
    const text = read.get(path) ?? null;
    const trusted = trustedOf(path);
    const wanted = wantedText(protection(path)!, path, text, trusted);
    if (wanted === text && !isBase(path)) continue;
    if (wanted === null || wanted === trusted[0]) undone.push(path);
    else written.push({ path, content: bytesOfText(wanted), executable: base.get(path)?.executable ?? false });
  }
  await undo(tree, undone, base);
  if (written.length > 0) await tree.container.copyIn(tree.workdir, written);
  const tests = new Set(changedPaths(instance.testPatch));
  return [...new Set([...left, ...undone, ...written.map(({ path }) => path)])]
    .filter((path) => !tests.has(path))
    .sort();
}

/** What a changed file shall hold: `text` where it may stay, `null` for no file. */
export function wantedText(
  protection: Protection,
  path: string,
  text: string | null,
  trusted: readonly (string | null)[],
): string | null {
  const last = trusted.at(-1) ?? null;
  switch (protection) {
    case 'base':
      return trusted[0] ?? null;
    case 'reference':
      return trusted.includes(text) ? text : last;
    case 'names':
      return text !== null && trusted.some((one) => namesSourcesOnly(text, one ?? '')) ? text : last;
    case 'part':
      if (text !== null) return withTrustedRunnerPart(path, text, trusted);
      return withTrustedRunnerPart(path, '', trusted) === '' ? null : last;
  }
}

/** The base commit's text of a file, and the one that the reference fix makes of it where it changes it; `null` for no file. */
function trustedTexts(
  base: ReadonlyMap<string, FileEntry>,
  gold: string,
): (path: string) => readonly (string | null)[] {
  const reference = new Map(readPatch(gold).flatMap((file) => touched(file).map((path) => [path, file] as const)));
  return (path) => {
    const file = base.get(path);
    const before = file ? textOfBytes(file.content) : null;
    const change = reference.get(path);
    if (change === undefined) return [before];
    if (change.after !== path) return [before, null];
    const after = appliedTo(before ?? '', change);
    return after === undefined ? [before] : [before, after];
  };
}

async function applyPatch(tree: Tree, patch: string): Promise<void> {
  if (patch.trim() === '') return;
  await tree.container.copyIn('/tmp', [{ path: 'patch.diff', content: bytesOfText(patch), executable: false }]);
  const apply = async (command: string) =>
    (await shell(tree, `${command.replace(/^git/, GIT)} /tmp/patch.diff`)).exitCode === 0;
  for (const [i, command] of PATCH_CHAIN.entries()) {
    if (i > 0) await shell(tree, `${GIT} checkout -q -- . ; ${GIT} clean -qfd`);
    if (await apply(command)) return;
  }
  // As there, what is in the tree already, or was left by the last way, counts as applied.
  if (await apply('git apply --check --reverse')) return;
  throw new HuxleyError('suite.patch', 'The patch does not apply', 'Make it against the base commit of the task.');
}

/** Links are none of a patch's business, whichever way a tool came to make one. */
async function refuseLinks(tree: Tree, pristine: readonly FileEntry[]): Promise<void> {
  const known = new Set(pristine.filter(({ link }) => link !== undefined).map(({ path }) => path));
  const links = await listed(tree, `find . -path ./.git -prune -o -type l -printf '%P\\0'`);
  const made = links.find((path) => !known.has(path));
  if (made === undefined) return;
  throw new HuxleyError(
    'suite.patch-refused',
    `The patch makes the link ${JSON.stringify(made.slice(0, 200))}`,
    REMEDY,
  );
}

async function changedIn(tree: Tree): Promise<readonly string[]> {
  const tracked = await listed(tree, `${GIT} diff --no-renames --name-only -z HEAD`);
  return [...tracked, ...(await listed(tree, `${GIT} ls-files -o -z`))];
}

async function listed(tree: Tree, command: string): Promise<readonly string[]> {
  const { stdout, exitCode, truncated } = await shell(tree, command);
  if (exitCode !== 0 || truncated) throw unclear();
  return stdout.split('\0').filter((path) => path !== '');
}

async function textsOf(tree: Tree, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (paths.length === 0) return new Map();
  const files = await tree.container.copyOut(tree.workdir, { maxBytes: 16 * MEGABYTE, maxFiles: 1_000, only: paths });
  return new Map(files.map(({ path, content }) => [path, textOfBytes(content)]));
}

async function undo(tree: Tree, paths: readonly string[], base: ReadonlyMap<string, FileEntry>): Promise<void> {
  for (const [some, command] of [
    [paths.filter((path) => base.has(path)), `xargs -0 -r ${GIT} checkout -q HEAD --`],
    [paths.filter((path) => !base.has(path)), 'xargs -0 -r rm -f --'],
  ] as const) {
    if (some.length === 0) continue;
    const { exitCode } = await shell(tree, command, some.map((path) => `${path}\0`).join(''));
    if (exitCode !== 0) throw unclear();
  }
}

function unclear(): HuxleyError {
  return new HuxleyError('suite.patch-refused', 'What the patch changed of protected files cannot be undone', REMEDY);
}

export function shell({ container, workdir }: Tree, command: string, stdin = '') {
  return container.exec({
    command: ['bash', '-c', command],
    cwd: workdir,
    env: { HOME: '/tmp' },
    stdin,
    timeoutSeconds: 300,
    maxOutputBytes: MEGABYTE,
  });
}

import type { FileEntry } from '../../model/file.ts';
import type { RawChange } from './change.ts';
import { Contamination, type Fingerprints } from './contamination.ts';
import { addedLines, contentProblem, PATCH_LIMITS, textOf, unusualContent } from './content.ts';
import { dependencyProblem, manifestChanges } from './manifests/dependencies.ts';
import { Names } from './names.ts';
import { pathProblem } from './paths.ts';
import { Places } from './places.ts';

/** What a patch is held against. */
export interface PatchRules {
  readonly protect: readonly string[];
  readonly allowDependencies: boolean;
  /** Whether what a variant depends on is installed for it, so that its lock files count. */
  readonly builds?: boolean;
  readonly fingerprints: Fingerprints;
  /** Globs of files that a variant may add or change though they are unusual: dot-files, kinds the parent has none of. */
  readonly allow?: readonly string[];
  /** Paths of the parent's links and submodules, which a variant may not turn into anything else. */
  readonly links?: readonly string[];
}

/** One reason a patch is refused. `path` is untrusted text, `null` where the patch as a whole is meant. */
export interface Violation {
  readonly path: string | null;
  readonly problem: string;
}

/** What a reviewer should look at twice in a patch that is not refused. `path` is untrusted text. */
export interface Unusual {
  readonly path: string;
  readonly note: string;
}

/**
 * Every reason to refuse a patch to the parent's tree; empty when it may become a variant. Pure: the worker uses it on what
 * came out of the sandbox, the app on what came back from the worker.
 */
export function validatePatch(
  changes: readonly RawChange[],
  parent: readonly FileEntry[],
  rules: PatchRules,
): readonly Violation[] {
  const violations: Violation[] = [];
  const refuse = (path: string | null, problem: string | null) => {
    if (problem !== null) violations.push({ path, problem });
  };
  if (changes.length === 0) refuse(null, 'changes nothing');
  if (changes.length > PATCH_LIMITS.files)
    refuse(null, `changes ${changes.length} files, more than ${PATCH_LIMITS.files}`);
  const bytes = changes.reduce((sum, change) => sum + (change.content?.byteLength ?? 0), 0);
  if (bytes > PATCH_LIMITS.totalBytes) refuse(null, `holds ${bytes} bytes, more than ${PATCH_LIMITS.totalBytes}`);
  if (violations.length > 0) return violations;

  const before = new Map(parent.map((file) => [file.path, file.content]));
  const parentText = parent.map((file) => textOf(file.content) ?? '').join('\n');
  const contamination = new Contamination(rules.fingerprints, parentText, bytes);
  const places = new Places(parent);
  const gone = new Set(changes.filter(({ content }) => content === null).map(({ path }) => path));
  const names = new Names([...before.keys(), ...(rules.links ?? [])].filter((path) => !gone.has(path)));
  const seen = new Set<string>();
  for (const { path, mode, content } of changes) {
    if (seen.has(path)) refuse(path, 'is named twice');
    seen.add(path);
    refuse(path, modeProblem(mode) ?? pathProblem(path, rules.protect));
    const link = rules.links?.find(
      (link) => path === link || path.startsWith(`${link}/`) || link.startsWith(`${path}/`),
    );
    if (link !== undefined) refuse(path, 'stands where the parent has a link or a submodule');
    if (content === null && !before.has(path)) refuse(path, 'is deleted but does not exist');
    if (content !== null && !before.has(path)) refuse(path, names.refuse(path));
    const old = textBefore(before, path);
    const contentIssue = content === null ? null : contentProblem(content, old);
    refuse(path, contentIssue);
    const after = content === null || contentIssue !== null ? null : textOf(content);
    refuse(path, places.refuse(path, content === null ? null : (after ?? ''), rules.allow ?? []));
    refuse(path, dependencyProblem(path, old, after, rules));
    if (after === null) continue;
    const lines = `${path}\n${addedLines(after, old).join('\n')}`;
    refuse(path, contamination.problem(`${path}\n${after}`, lines));
  }
  for (const problem of folderClashes(changes, before)) violations.push(problem);
  return violations;
}

/** What is unusual about a patch that is not refused: pull requests show it. */
export function unusualIn(changes: readonly RawChange[], parent: readonly FileEntry[]): readonly Unusual[] {
  const before = new Map(parent.map((file) => [file.path, file.content]));
  const places = new Places(parent);
  return changes.flatMap(({ path, mode, content }) => {
    const old = textBefore(before, path);
    const after = content === null ? null : textOf(content);
    const notes = [
      ...places.unusual(path, mode, content === null),
      ...manifestChanges(path, old, after),
      ...(after === null ? [] : unusualContent(after, old)),
    ];
    return notes.map((note) => ({ path, note }));
  });
}

function textBefore(before: ReadonlyMap<string, Uint8Array>, path: string): string | null {
  const content = before.get(path);
  return content === undefined ? null : textOf(content);
}

/** One line for people: the first few violations. */
export function describeViolations(violations: readonly Violation[]): string {
  const shown = violations
    .slice(0, 5)
    .map(({ path, problem }) => (path === null ? `the patch ${problem}` : `${path} ${problem}`));
  const more = violations.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function modeProblem(mode: string): string | null {
  if (mode === '100644' || mode === '100755') return null;
  if (mode === '120000') return 'is a symbolic link';
  return mode === '160000' ? 'is a submodule' : 'is not a regular file';
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

/** A path that would have to be a file and a folder at once. */
function folderClashes(changes: readonly RawChange[], before: ReadonlyMap<string, Uint8Array>): Violation[] {
  const files = new Set(before.keys());
  for (const { path, content } of changes) {
    if (content === null) files.delete(path);
    else files.add(path);
  }
  const folders = new Set([...files].flatMap(foldersAbove));
  return changes.flatMap(({ path, content }) => {
    if (content === null) return [];
    if (folders.has(path)) return [{ path, problem: 'is a file and a folder at once' }];
    return foldersAbove(path).some((folder) => files.has(folder))
      ? [{ path, problem: 'lies in a folder that is a file' }]
      : [];
  });
}

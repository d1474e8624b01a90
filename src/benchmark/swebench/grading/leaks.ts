import { HuxleyError } from '../../../model/error.ts';
import type { FileEntry } from '../../../model/file.ts';
import { changedPaths, readPatch } from '../../../model/git-patch.ts';
import type { Sandbox } from '../../../sandbox/port.ts';
import { type Instance, workdirOf } from '../instance/instance.ts';
import { quoted } from '../instance/script.ts';

const NEEDLES = 6;
/** A line of at least this length is looked for anywhere in a line (as in JSON), a shorter one as a whole line alone. */
const LONG = 16;
/** Bytes below which files are alike by chance. */
const TELLING = 64;
const SECONDS = 600;
/** What distributions and packages bring: no benchmark keeps its patches there. */
const PACKAGES = ['/usr/lib', '/usr/share', '/usr/include', '*/site-packages', '*/node_modules', '*/pkg/mod', '*/.git'];

/** Lines of a patch, with their marks, that only what holds the patch has all of. */
export function needlesOf(patch: string): { readonly lines: readonly string[]; readonly whole: boolean } {
  const changed = readPatch(patch).flatMap(({ text }) =>
    text.split('\n').filter((line) => /^[+-]/.test(line) && !/^(\+\+\+|---) /.test(line) && line.trim().length > 1),
  );
  const longest = (lines: readonly string[]) =>
    [...new Set(lines)].sort((a, b) => b.length - a.length).slice(0, NEEDLES);
  const plain = longest(changed.filter((line) => line.length >= LONG && /^[ -~]+$/.test(line) && !/["\\]/.test(line)));
  return plain.length > 0 ? { lines: plain, whole: false } : { lines: longest(changed), whole: true };
}

/** What a tree without the bug of an instance holds of the answer: the files the bug changes, and the tests that show it. */
export function answersIn(files: readonly FileEntry[], { bug, hidden = [] }: Pick<Instance, 'bug' | 'hidden'>) {
  const paths = new Set(bug === undefined ? [] : [...changedPaths(bug), ...hidden]);
  return files.filter(({ path, content }) => paths.has(path) && content.byteLength >= TELLING);
}

/** A tree as an agent gets it: without the tests that are hidden, and without copies of answers, compiled ones too. */
export function visibleTo(
  tree: readonly FileEntry[],
  answers: readonly FileEntry[],
  { hidden = [] }: Pick<Instance, 'hidden'>,
): readonly FileEntry[] {
  const known = new Map(answers.map((file) => [file.path, file]));
  const compiled = ({ path }: FileEntry) => {
    const [, folder, name] = /^(.*\/|)__pycache__\/([^/]+?)\.[^/]*pyc$/.exec(path) ?? [];
    return name !== undefined && known.has(`${folder}${name}.py`);
  };
  const copy = (file: FileEntry) =>
    !known.has(file.path) &&
    answers.some(
      ({ path, content }) => nameOf(path) === nameOf(file.path) && Buffer.compare(content, file.content) === 0,
    );
  return tree.filter((file) => !hidden.includes(file.path) && !compiled(file) && !copy(file));
}

/**
 * Looks through what an agent can read of an instance's image beside its workspace for the fix and the hidden tests: for the
 * patches, and where the image holds the code without the bug, for copies of it.
 * @throws HuxleyError `suite.image` naming a file that holds them, or where nothing could be searched
 */
export async function refuseLeaks(instance: Instance, answers: readonly FileEntry[], sandbox: Sandbox): Promise<void> {
  const { id, image, gold, testPatch, published } = instance;
  await using container = await sandbox.create({
    image,
    purpose: 'workspace',
    tmpfs: [
      { target: workdirOf(instance), sizeMB: 1 },
      { target: '/tmp', sizeMB: 128 },
      ...(published ? [{ target: published.folder, sizeMB: 1, owner: 'root' as const }] : []),
    ],
    memoryMB: 1024,
    cpus: 1,
    pids: 64,
  });
  await container.copyIn(
    '/tmp',
    answers.map(({ content }, i) => ({ path: `known/${i}`, content, executable: false })),
  );
  const found = await container.exec({
    command: [
      'bash',
      '-c',
      searchFor(
        [gold, testPatch],
        answers.map(({ path }) => path),
      ),
    ],
    cwd: '/',
    env: { LC_ALL: 'C' },
    timeoutSeconds: SECONDS,
    maxOutputBytes: 64 * 1024,
  });
  if (found.exitCode !== 0)
    throw new HuxleyError(
      'suite.image',
      `${id}: ${image} could not be searched for the fix: ${found.stderr.slice(-300) || 'it took too long'}`,
      'The image needs bash, find, xargs, grep and cmp.',
    );
  const [path] = found.stdout.split('\0').filter(Boolean);
  if (path !== undefined)
    throw new HuxleyError(
      'suite.image',
      `${id}: ${image}: ${JSON.stringify(path.slice(0, 200))} holds the fix or the hidden tests, and an agent can read it`,
      'Leave the task out, or use an image without it.',
    );
}

/** The script that prints what holds the patches, or is one of the known files, each ended by a NUL. */
function searchFor(patches: readonly string[], known: readonly string[]): string {
  const find = 'find / -xdev';
  const packages = PACKAGES.map((path) => `-path ${quoted(path)}`).join(' -o ');
  const searches = patches.flatMap((patch) => {
    const { lines, whole } = needlesOf(patch);
    if (lines.length === 0) return [];
    const greps = lines.map((line) => `xargs -0 -r grep -lZF${whole ? 'x' : ''} -e ${quoted(line)} --`);
    return [
      `${find} '(' ${packages} ')' -prune -o -type f -readable -size -16M -print0 2>/dev/null | ${greps.join(' | ')}`,
    ];
  });
  const copies = known.map(
    (path, i) =>
      `${find} -type f -readable -name ${quoted(escapedName(path))} -exec cmp -s '{}' /tmp/known/${i} ';' -print0 2>/dev/null`,
  );
  const tools = ['find', 'xargs', 'grep', 'cmp'].map((tool) => `command -v ${tool} >&2 || exit 3`);
  return [...tools, ...searches, ...copies, 'exit 0'].join('\n');
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function escapedName(path: string): string {
  return nameOf(path).replace(/[\\*?[\]]/g, '\\$&');
}

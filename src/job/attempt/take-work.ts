import { posix } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { Container, CopyLimits } from '../../sandbox/port.ts';
import { isPlainPath } from '../../sandbox/tar.ts';
import { dropIgnored } from '../tree/ignored.ts';

/** Largest new file that is taken for work: what is larger is a core file, a model or a data base. */
const LARGEST = 16 * 1024 * 1024;
/** What a listing of a workspace may hold. */
const LISTING = 64 * 1024 * 1024;
const KINDS: Readonly<Record<string, string>> = {
  p: 'a fifo',
  s: 'a socket',
  b: 'a device',
  c: 'a device',
  D: 'a door',
};

/** What an agent left in a workspace. */
export interface Work {
  readonly files: readonly FileEntry[];
  /** New entries that no sandbox lets out, each in words; paths are untrusted text. */
  readonly skipped: readonly string[];
}

interface Entry {
  readonly type: string;
  readonly size: number;
  readonly target: string;
}

/**
 * Takes what an agent left in a workspace. What the repository ignores is left there; new entries that are odd (links that lead
 * out, fifos, what cannot be read, what is huge) are skipped and told. A file that was there and is odd now refuses the whole.
 *
 * @param before the workspace as the agent got it
 * @param limits.except folders in it that are not the agent's
 * @param limits.find path of GNU find in the container
 * @throws HuxleyError `sandbox.take`
 */
export async function takeWork(
  container: Container,
  folder: string,
  before: readonly FileEntry[],
  {
    except = [],
    find = 'find',
    ...limits
  }: CopyLimits & { readonly except?: readonly string[] | undefined; readonly find?: string },
): Promise<Work> {
  const known = new Map(before.map((file) => [file.path, file]));
  const skipped: string[] = [];
  const skip = (path: string, why: string) => {
    if (known.has(path)) throw refused(folder, `'${printable(path)}' is ${why} now`);
    skipped.push(`${printable(path)} (${why})`);
  };
  const listed = await entriesOf(container, folder, ['.git', ...except], find);
  // An image without GNU find: what is odd refuses the whole there.
  if (listed === undefined) return { files: await container.copyOut(folder, limits), skipped: [] };
  const { entries, closed } = listed;
  for (const path of closed) {
    const inside = before.find((file) => file.path.startsWith(`${path}/`));
    if (inside) throw refused(folder, `'${printable(path)}' cannot be read`);
    skip(path, 'a folder that cannot be read');
  }
  const taken: string[] = [];
  for (const { path } of await dropIgnored(
    [...entries.keys()].map((path) => ({ path })),
    before,
  )) {
    const { type, size, target } = entries.get(path)!;
    if (known.get(path)?.link !== undefined) continue;
    if (!isPlainPath(path) || path.includes('\ufffd')) skip(path, 'of a name that is not UTF-8');
    else if (type === 'l') {
      const to = leadsTo(folder, path, target);
      if (to === null) skip(path, 'a link that leads out');
      else if (entries.get(to)?.type === 'f') taken.push(path, to);
      else if (entries.get(to) === undefined) skip(path, 'a link to a folder, or to nothing');
      else skip(path, 'a link to no file');
    } else if (type !== 'f') skip(path, KINDS[type] ?? 'not a regular file');
    else if (size > LARGEST && !known.has(path)) skip(path, `${Math.round(size / 1024 ** 2)} MiB`);
    else taken.push(path);
  }
  const sizeOf = (path: string) => entries.get(path)?.size ?? 0;
  let bytes = taken.reduce((sum, path) => sum + sizeOf(path), 0);
  for (const path of taken.filter((one) => !known.has(one)).sort((a, b) => sizeOf(b) - sizeOf(a))) {
    if (bytes <= limits.maxBytes) break;
    taken.splice(taken.indexOf(path), 1);
    bytes -= sizeOf(path);
    skip(path, 'more than may be taken');
  }
  const only = [...new Set(taken)];
  const files = only.length === 0 ? [] : await container.copyOut(folder, { ...limits, only });
  const found = new Set(files.map(({ path }) => path));
  for (const path of only) if (!found.has(path)) skip(path, 'unreadable');
  const links = before.filter(({ link }) => link !== undefined);
  for (const { path, link } of links)
    if (entries.get(path)?.target !== link) skipped.push(`${printable(path)} (a link, left as it was)`);
  return { files: [...files, ...links], skipped };
}

/** A sentence on what was left in a workspace; empty for nothing. */
export function leftOut(skipped: readonly string[]): string {
  if (skipped.length === 0) return '';
  const more = skipped.length > 5 ? ` and ${skipped.length - 5} more` : '';
  return `Left in the workspace: ${skipped.slice(0, 5).join(', ')}${more}.`;
}

/** What lies in a folder, and which of its folders nobody may read. */
async function entriesOf(
  container: Container,
  folder: string,
  except: readonly string[],
  find: string,
): Promise<{ readonly entries: ReadonlyMap<string, Entry>; readonly closed: readonly string[] } | undefined> {
  const listed = await container.exec({
    command: [
      ...[find, '.', ...except.flatMap((path) => ['-path', `./${path}`, '-prune', '-o'])],
      ...['-not', '-type', 'd', '-printf', '%y %s %P\\0%l\\0'],
    ],
    cwd: folder,
    env: { LC_ALL: 'C' },
    timeoutSeconds: 120,
    maxOutputBytes: LISTING,
  });
  if (listed.truncated || listed.exitCode === null) throw refused(folder, 'it holds too many files to be listed');
  const entries = new Map<string, Entry>();
  const fields = listed.stdout.split('\0');
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [, type, size, path] = /^(\S) (\d+) ([\s\S]+)$/.exec(fields[i]!) ?? [];
    if (path !== undefined) entries.set(path, { type: type!, size: Number(size), target: fields[i + 1]! });
  }
  const complaints = listed.stderr.split('\n').filter((line) => line !== '');
  const closed = complaints.map((line) => /^\S*find: '\.\/(.*)': Permission denied$/.exec(line)?.[1]);
  if (closed.includes(undefined) || (listed.exitCode !== 0 && closed.length === 0)) return undefined;
  return { entries, closed: closed.filter((path) => path !== undefined) };
}

/** Where a link leads, relative to the folder; `null` where it leads out. */
function leadsTo(folder: string, path: string, target: string): string | null {
  const to = posix.relative(folder, posix.resolve(folder, posix.dirname(path), target));
  return to.startsWith('..') || posix.isAbsolute(to) ? null : to;
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}

function refused(folder: string, why: string): HuxleyError {
  return new HuxleyError(
    'sandbox.take',
    `Files of ${folder} are refused: ${why}`,
    'Leave only regular files of moderate size in the workspace.',
  );
}

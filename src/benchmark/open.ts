import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError } from '../model/error.ts';
import type { Sandbox } from '../sandbox/port.ts';
import { openDirectory } from './directory/suite.ts';
import { KATA_FOLDER } from './kata/folder.ts';
import { openPolyglot } from './polyglot/suite.ts';
import type { OpenedSuite } from './suite.ts';
import { fetchRows, isRowFile, isTaskRepository, type Rows, readRows } from './swebench/instance/sources.ts';
import { sweBenchSuite } from './swebench/suite.ts';

export interface OpenOptions {
  /** The reference of an image, a built-in one's by its name; makes it ready if it has to be. */
  readonly image: (name: string) => Promise<string>;
  /** Folder that a suite's path is relative to, e.g. a checkout of the repository; the working directory by default. */
  readonly root?: string;
  /** Where the data of a suite that is not embedded lies: a checkout of Polyglot, a JSONL file or a task repository. */
  readonly path?: string;
  /** A sandbox, for suites whose workspaces lie in images. */
  readonly sandbox?: () => Promise<Sandbox>;
}

/**
 * Opens a suite: `kata`, `polyglot` (a checkout at `path`), `swe-bench/<dataset>` (fetched, or read from `path`), a folder of
 * tasks, or SWE-bench rows in a `.jsonl` or `.json` file or a task repository.
 * @throws HuxleyError `suite.unknown` when it is neither.
 */
export async function openSuite(name: string, options: OpenOptions): Promise<OpenedSuite> {
  if (name === 'kata') return openDirectory(name, KATA_FOLDER, await options.image('sandbox'));
  if (name === 'polyglot') {
    if (options.path === undefined)
      throw new HuxleyError(
        'suite.path',
        'polyglot needs a checkout of the benchmark',
        'Clone Aider-AI/polyglot-benchmark, check out 7e0611e, and give its folder with --path.',
      );
    return openPolyglot(options.path, await options.image('polyglot'));
  }
  const dataset = /^swe-bench(?:\/(.+))?$/.exec(name);
  if (dataset) {
    const { path } = options;
    const rows = path === undefined ? await fetchRows(dataset[1] ?? 'verified') : await readRows(path);
    return sweBench(name, rows, options);
  }
  const folder = resolve(options.root ?? '.', name);
  if (isRowFile(name) || (await isTaskRepository(folder))) return sweBench(name, await readRows(folder), options);
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new HuxleyError(
      'suite.unknown',
      `There is no suite and no folder ${name}`,
      'Use kata, polyglot, swe-bench/verified, or the path of a folder with one folder a task.',
    );
  return openDirectory(name, folder, await options.image('sandbox'));
}

function sweBench(name: string, rows: Rows, { sandbox, image }: OpenOptions): OpenedSuite {
  if (!sandbox)
    throw new HuxleyError('suite.sandbox', `${name} needs Docker to read its images`, `Run ${commandLine('doctor')}.`);
  return sweBenchSuite(name, rows, async (reference) => {
    await image(reference);
    return sandbox();
  });
}

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HuxleyError } from '../model/error.ts';
import { openDirectory } from './directory/suite.ts';
import { KATA_FOLDER } from './kata/folder.ts';
import type { OpenedSuite } from './suite.ts';

export interface OpenOptions {
  /** The reference of a built-in image; makes it ready if it has to be. */
  readonly image: (name: 'sandbox' | 'polyglot') => Promise<string>;
  /** Folder that a suite's path is relative to, e.g. a checkout of the repository; the working directory by default. */
  readonly root?: string;
  /** Where the data of a suite that is not embedded lies: a checkout of Polyglot, a JSONL file or a task repository. */
  readonly path?: string;
}

/**
 * Opens a suite: `kata`, or a folder of tasks.
 * @throws HuxleyError `suite.unknown` when it is neither.
 */
export async function openSuite(name: string, options: OpenOptions): Promise<OpenedSuite> {
  if (name === 'kata') return openDirectory(name, KATA_FOLDER, await options.image('sandbox'));
  const folder = resolve(options.root ?? '.', name);
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new HuxleyError(
      'suite.unknown',
      `There is no suite and no folder ${name}`,
      'Use kata, or the path of a folder with one folder a task.',
    );
  return openDirectory(name, folder, await options.image('sandbox'));
}

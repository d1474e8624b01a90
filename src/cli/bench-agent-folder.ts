import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFolder } from '../benchmark/directory/read-folder.ts';
import { CONFIGURATION_PATH, formatIssues, readConfiguration } from '../config/configuration.ts';
import { type Configuration, configurationSchema } from '../config/schema.ts';
import { runGit } from '../job/run-git.ts';
import { HuxleyError } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';

export interface AgentFolder {
  readonly files: readonly FileEntry[];
  /** `sha256:` of every file. */
  readonly digest: string;
  readonly configuration: Configuration;
}

/**
 * An agent as it lies in a folder: in a git repository the files git would take, otherwise all of them.
 *
 * @param solve the agent's command, for a folder without a `.github/huxley.yml`
 */
export async function readAgentFolder(folder: string, solve: string | undefined, suite: string): Promise<AgentFolder> {
  const files = await filesOf(folder);
  const hash = createHash('sha256');
  for (const { path, content, executable } of files)
    hash.update(`${path}\0${executable}\0${content.byteLength}\0`).update(content);
  return { files, digest: `sha256:${hash.digest('hex')}`, configuration: await configurationOf(folder, solve, suite) };
}

async function filesOf(folder: string): Promise<readonly FileEntry[]> {
  if (!existsSync(join(folder, '.git'))) return await readFolder(folder);
  const names = (await runGit(folder, ['ls-files', '-z', '-c', '-o', '--exclude-standard']))
    .toString('utf8')
    .split('\0');
  const files = await Promise.all(
    [...new Set(names)].sort().map(async (path): Promise<readonly FileEntry[]> => {
      const info = path === '' ? undefined : await stat(join(folder, path)).catch(() => undefined);
      if (!info?.isFile()) return [];
      return [{ path, content: await readFile(join(folder, path)), executable: (info.mode & 0o100) !== 0 }];
    }),
  );
  return files.flat();
}

async function configurationOf(folder: string, solve: string | undefined, suite: string): Promise<Configuration> {
  const path = join(folder, CONFIGURATION_PATH);
  if (!existsSync(path)) {
    if (solve === undefined)
      throw new HuxleyError(
        'bench.agent',
        `${path}: is missing`,
        'Add it, or give the agent’s command with --solve, e.g. --solve "node agent.ts".',
      );
    return configurationSchema.parse({ version: 1, agent: { solve }, benchmark: { suite } });
  }
  const reading = readConfiguration(await readFile(path, 'utf8'));
  if (!reading.ok) throw new HuxleyError('bench.agent', formatIssues(reading.issues), `Mend ${path}.`);
  const { configuration } = reading;
  return solve === undefined ? configuration : { ...configuration, agent: { ...configuration.agent, solve } };
}

import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CONFIGURATION_PATH, formatIssues, readConfiguration } from '../../config/configuration.ts';
import type { Configuration } from '../../config/schema.ts';
import type { AgentConfig, JobLimits } from '../../contract/settings.ts';
import { runGit } from '../../job/tree/run-git.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { NetworkHosts } from '../../model/network/hosts.ts';
import { buildOf } from '../../order/settle.ts';

/** An agent on this machine's disk. */
export interface AgentFolder {
  readonly folder: string;
  readonly configuration: Configuration;
  /** Its regular files: what git knows or would take up, else everything but installed packages. */
  readonly files: readonly FileEntry[];
}

/**
 * Reads an agent's folder and its configuration.
 *
 * @throws HuxleyError `agent.folder`, or `agent.configuration` with every issue and its line
 */
export async function readAgentFolder(folder: string): Promise<AgentFolder> {
  if (!existsSync(folder))
    throw new HuxleyError('agent.folder', `There is no folder ${folder}`, 'Name the folder of an agent.');
  return { folder, configuration: await readConfigurationIn(folder), files: await readFiles(folder) };
}

/**
 * What the configuration of the repository in the working directory lets tasks reach; undefined where it has none.
 * @throws HuxleyError `agent.configuration`
 */
export async function networkHere(): Promise<NetworkHosts | undefined> {
  if (!existsSync(CONFIGURATION_PATH)) return undefined;
  return (await readConfigurationIn('.')).benchmark.network;
}

async function readConfigurationIn(folder: string): Promise<Configuration> {
  const file = join(folder, CONFIGURATION_PATH);
  if (!existsSync(file))
    throw new HuxleyError(
      'agent.configuration',
      `${file} is missing`,
      'It says how the agent is run; docs/configuration.md lists every key.',
    );
  const reading = readConfiguration(await readFile(file, 'utf8'));
  if (!reading.ok)
    throw new HuxleyError(
      'agent.configuration',
      `${file} is not valid:\n${formatIssues(reading.issues)}`,
      'Fix these lines; docs/configuration.md lists every key.',
    );
  return reading.configuration;
}

/** The part of a configuration that orders carry. */
export function agentOf({ agent, allow, protect }: Configuration): AgentConfig {
  const { solve, modify, check, image, allowDependencies, registries } = agent;
  return {
    solve,
    modify: modify ?? solve,
    check,
    image,
    allow,
    allowDependencies,
    protect,
    registries,
    build: buildOf(agent),
  };
}

/** Limits of one job of a local command. */
export function limitsOf({ limits }: Configuration): JobLimits {
  const { taskMinutes, taskCostUSD, memoryMB, cpus, pids, costUSD } = limits;
  return {
    taskSeconds: taskMinutes * 60,
    taskCostUSD,
    memoryMB,
    cpus,
    pids,
    costUSD: costUSD ?? Number.MAX_SAFE_INTEGER,
  };
}

async function readFiles(folder: string): Promise<FileEntry[]> {
  const files: FileEntry[] = [];
  for (const path of await listFiles(folder)) {
    const facts = await stat(join(folder, path)).catch(() => null);
    if (facts?.isFile())
      files.push({ path, content: await readFile(join(folder, path)), executable: (facts.mode & 0o100) !== 0 });
  }
  return files;
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const flags = ['--cached', '--others', '--exclude-standard', '-z'];
    return (await runGit(folder, ['ls-files', ...flags])).toString('utf8').split('\0').filter(Boolean).sort();
  } catch {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((path) => !/(^|\/)(\.git|node_modules|__pycache__)\//.test(path))
      .sort();
  }
}

import { SUITE_LOCK_PATH } from '../../../benchmark/suite-lock.ts';
import { CLIS, type CliName } from '../cli-agent.ts';
import { type Folder, openFolder } from './folder.ts';
import { dependenciesOf, nodeInstaller, nodeProgram, unknownNodeBuild } from './node.ts';
import type { Program } from './program.ts';
import { pythonProgram, unknownPythonBuild } from './python.ts';

/** What a checkout says of its agent. */
export interface Detection {
  /** The program that is the agent; null where none was recognised. */
  readonly program: Program | null;
  /** The CLI whose configuration the checkout holds, and the file that says so; null for none. */
  readonly cli: { readonly name: CliName; readonly from: string } | null;
  /** A name of `benchmark.suite`, and what says so. */
  readonly suite: { readonly name: string; readonly from: string };
  /** Whether the agent speaks Anthropic's API alone. */
  readonly anthropic: boolean;
}

/** Looks for the agent of a checkout. Runs nothing of it. */
export function detect(root: string): Detection {
  const folder = openFolder(root);
  return {
    program: scriptOf(folder) ?? nodeProgram(folder) ?? pythonProgram(folder),
    cli: cliOf(folder),
    suite: suiteOf(folder),
    anthropic: isAnthropic(folder),
  };
}

/** A script of the name that starts an agent, as those of the examples. */
function scriptOf(folder: Folder): Program | null {
  const path = ['run.sh', 'solve.sh', 'agent.sh'].find((name) => folder.has(name));
  if (path === undefined) return null;
  const build = nodeProgram(folder)?.build ?? nodeInstaller(folder);
  const unknownBuild = build === null ? (unknownNodeBuild(folder) ?? unknownPythonBuild(folder)) : undefined;
  const check = folder.has('check.sh') ? 'sh check.sh' : `sh -n ${path}`;
  return { from: path, solve: `sh ${path}`, check, build, unknownBuild };
}

function cliOf(folder: Folder): Detection['cli'] {
  for (const [name, { signs }] of Object.entries(CLIS)) {
    const from = signs.find((path) => folder.has(path));
    if (from !== undefined) return { name: name as CliName, from };
  }
  return null;
}

/** Where tasks may lie: as people name the folder, as `bench mine` does, and as its page does. */
const SUITE_FOLDERS = ['tasks', 'bench/tasks', 'mined-tasks', 'benchmark', 'bench', 'evals'];

function suiteOf(folder: Folder): Detection['suite'] {
  const lock = /"suite": *"([^"]+)"/.exec(folder.read(SUITE_LOCK_PATH) ?? '')?.[1];
  if (lock !== undefined) return { name: lock, from: SUITE_LOCK_PATH };
  for (const path of SUITE_FOLDERS) {
    const tasks = folder.list(path).filter((name) => /^[^._].*\/$/.test(name));
    const count = (file: string) => tasks.filter((task) => folder.has(`${path}/${task}${file}`)).length;
    const [own, harbor] = [count('task.yml'), count('task.toml')];
    const from = (n: number) => `${n} ${n === 1 ? 'task' : 'tasks'} in ${path}/`;
    if (own > 0) return { name: path, from: from(own) };
    if (harbor > 0) return { name: `harbor:${path}`, from: from(harbor) };
  }
  return { name: 'kata', from: 'small coding tasks that come with Huxley' };
}

function isAnthropic(folder: Folder): boolean {
  const text = [...dependenciesOf(folder), folder.read('pyproject.toml'), folder.read('requirements.txt')].join('\n');
  return /\banthropic\b/.test(text) && !/\b(openai|litellm)\b/.test(text);
}

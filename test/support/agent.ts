import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { endsWithTest } from './ends-with-test.ts';

export interface AgentRun {
  /** As `agent.solve` in a configuration; run in `folder`. */
  readonly command: string;
  readonly folder: string;
  readonly mode: 'solve' | 'modify';
  readonly statement: string;
  readonly workspace: ReadonlyMap<string, string>;
  readonly model: string;
  readonly baseURL: string;
  readonly token: string;
}

/** Runs an agent by its contract, on this machine and without a sandbox, within a test: for agents of our own only. */
export async function runAgent(run: AgentRun) {
  const base = mkdtempSync(join(tmpdir(), 'huxley-test-agent-'));
  const workspace = join(base, 'workspace');
  const out = join(base, 'transcript');
  mkdirSync(workspace);
  writeFileSync(join(base, 'task.md'), run.statement);
  for (const [path, content] of run.workspace) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  }
  const agent = spawn('sh', ['-c', run.command], {
    cwd: run.folder,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: base,
      HUXLEY_TASK: join(base, 'task.md'),
      HUXLEY_WORKSPACE: workspace,
      HUXLEY_OUT: out,
      HUXLEY_MODE: run.mode,
      HUXLEY_MODEL: run.model,
      HUXLEY_DEADLINE: new Date(Date.now() + 60_000).toISOString(),
      OPENAI_BASE_URL: run.baseURL,
      OPENAI_API_KEY: run.token,
    },
  });
  endsWithTest(agent, { detached: true });
  const [stderr, [status]] = await Promise.all([text(agent.stderr), once(agent, 'exit')]);
  return { status: status as number | null, stderr, workspace, transcript: readFileSync(out, 'utf8') };
}

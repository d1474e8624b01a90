import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Order } from '../../src/contract/contract.ts';
import { actionFolder } from '../../src/local-github/world/action-folder.ts';
import { endsWithTest } from './ends-with-test.ts';
import type { Commit } from './job.ts';
import { APP, commitConfiguration, configurationOf, issuedOf, REPOSITORY_ID, SIGNER } from './orders.ts';

export interface ActionRun {
  readonly code: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly resultFolder: string;
}

/**
 * Runs the action on an order: its settings are committed as the configuration, and it is signed as the App would sign it. A text
 * is given as it is.
 */
export async function runAction(
  order: Order | string,
  commit: Commit,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  kill?: { readonly when: RegExp; readonly signal: NodeJS.Signals },
): Promise<ActionRun> {
  if (typeof order === 'string') return runBundle(order, commit, inputs, env, kill);
  const configuration = await commitConfiguration(commit, configurationOf(order));
  const sealed = SIGNER.seal(JSON.stringify(issuedOf(order, configuration)));
  return runBundle(JSON.stringify(sealed), commit, inputs, env, kill);
}

/** Runs the bundle with nothing but its inputs and environment, within a test; `kill` is sent once the log matches. */
export async function runBundle(
  order: string,
  commit: Commit,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  kill?: { readonly when: RegExp; readonly signal: NodeJS.Signals },
): Promise<ActionRun> {
  const temp = mkdtempSync(join(tmpdir(), 'huxley-test-action-'));
  const file = (name: string) => {
    writeFileSync(join(temp, name), '');
    return join(temp, name);
  };
  const outputs = file('outputs');
  const summary = file('summary');
  const event = file('event.json');
  writeFileSync(event, JSON.stringify({ repository: { default_branch: 'main' } }));
  const resultFolder = join(temp, 'result');
  mkdirSync(join(temp, 'server', 'octo'), { recursive: true });
  symlinkSync(commit.repository, join(temp, 'server', 'octo', 'agent'));
  const bundle = join(await actionFolder(), 'dist', 'index.js');
  const child = spawn(process.execPath, [bundle], {
    cwd: temp,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...Object.fromEntries(Object.entries(inputs).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value])),
      INPUT_ORDER: order,
      GITHUB_WORKSPACE: commit.repository,
      GITHUB_REPOSITORY: 'octo/agent',
      GITHUB_REPOSITORY_ID: String(REPOSITORY_ID),
      GITHUB_EVENT_NAME: 'workflow_dispatch',
      GITHUB_EVENT_PATH: event,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_ACTOR: APP,
      GITHUB_SERVER_URL: `file://${temp}/server`,
      GITHUB_OUTPUT: outputs,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: temp,
      HUXLEY_RESULT_DIR: resultFolder,
      ...env,
    },
  });
  endsWithTest(child);
  let log = '';
  let killed = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (kill && !killed && kill.when.test(log)) {
        killed = true;
        child.kill(kill.signal);
      }
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, log, outputs: readOutputs(outputs), summary: readFileSync(summary, 'utf8'), resultFolder };
}

/** `name<<delimiter`, the value, the delimiter. */
function readOutputs(path: string): Record<string, string> {
  const entries = readFileSync(path, 'utf8').matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...entries].map(([, name, , value]) => [name!, value!]));
}

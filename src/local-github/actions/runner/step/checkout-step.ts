import { runCommand } from '../process.ts';
import { checkout } from './checkout.ts';
import type { StepRun } from './step-run.ts';

/** Runs `actions/checkout` natively; resolves to its exit code, rejects with git's words when git fails. */
export async function runCheckout(run: StepRun, inputs: Readonly<Record<string, string>>): Promise<number> {
  const { host, environment, outputs } = run;
  const { state, log } = host;
  const token = inputs.token || state.request.token;
  log.mask(token);
  log.mask(Buffer.from(`x-access-token:${token}`).toString('base64'));
  const git = async (args: readonly string[], cwd: string): Promise<string> => {
    const lines: string[] = [];
    const code = await runCommand({
      file: 'git',
      args,
      cwd,
      env: { ...state.processEnvironment(environment, 'checkout'), GIT_TERMINAL_PROMPT: '0' },
      onLine: (line) => lines.push(line),
      signal: run.signal,
      grace: state.request.grace,
    });
    if (code !== 0) throw new Error(`git ${args[0]} exited with ${code}: ${lines.join('\n')}`);
    return lines.join('\n');
  };
  const { server_url, repository, ref, sha } = state.github;
  const done = await checkout(
    inputs,
    {
      workspace: state.folders.workspace,
      serverUrl: String(server_url),
      repository: String(repository),
      ref: String(ref),
      sha: String(sha),
      token,
    },
    git,
  );
  Object.assign(outputs, done.outputs);
  log.line(`Checked out ${done.outputs.commit}`);
  host.onPost({
    name: `Post ${run.step.name ?? `Run ${run.step.uses}`}`,
    if: 'always()',
    run: async () => {
      await done.cleanUp();
      return 'success';
    },
  });
  return 0;
}

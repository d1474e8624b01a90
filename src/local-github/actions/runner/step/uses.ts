import { join } from 'node:path';
import { actionDirectory, actionName, CHECKOUT, inputVariable, readAction } from './action.ts';
import { runCheckout } from './checkout-step.ts';
import { runWithFiles } from './run-with-files.ts';
import type { StepRun } from './step-run.ts';

/** Runs a `uses:` step; resolves to its exit code. */
export async function runUses(run: StepRun): Promise<number> {
  const { step, environment, host } = run;
  const { state, log } = host;
  const uses = step.uses!;
  const given = state.fillMap(step.with, environment);
  log.line(`##[group]Run ${uses}`);
  for (const [name, value] of Object.entries(given)) log.line(`  ${name}: ${value}`);
  log.line('##[endgroup]');
  if (actionName(uses) === CHECKOUT) return runCheckout(run, given);

  const action = readAction(actionDirectory(uses, state.request.actions, state.folders.workspace));
  for (const name of Object.keys(given))
    if (!(name in action.inputs))
      log.line(`##[warning]Unexpected input(s) '${name}', valid inputs are [${Object.keys(action.inputs).join(', ')}]`);
  const inputs = { ...state.fillMap(action.inputs, environment), ...given };
  const [name, ref] = uses.split('@');
  const variables = {
    ...state.request.actionsEnvironment,
    ...prefixed(inputs, inputVariable),
    GITHUB_ACTION_PATH: action.directory,
    GITHUB_ACTION_REPOSITORY: name!.split('/').slice(0, 2).join('/'),
    GITHUB_ACTION_REF: ref ?? '',
  };
  const saved: Record<string, string> = {};
  const part = (script: string, signal: AbortSignal) =>
    runWithFiles(
      { ...run, signal },
      { file: process.execPath, args: [join(action.directory, script)], cwd: state.folders.workspace },
      { ...variables, ...prefixed(saved, (key) => `STATE_${key}`) },
      saved,
    );
  if (action.pre !== null) {
    const code = await part(action.pre, run.signal);
    if (code !== 0) return code;
  }
  if (action.post !== null) {
    const post = action.post;
    host.onPost({
      name: `Post ${step.name ?? `Run ${uses}`}`,
      if: action.postIf,
      run: async (signal) => ((await part(post, signal)) === 0 ? 'success' : 'failure'),
    });
  }
  return part(action.main, run.signal);
}

function prefixed(values: Readonly<Record<string, string>>, rename: (name: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
}

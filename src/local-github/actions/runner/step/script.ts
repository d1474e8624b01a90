import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runWithFiles } from './run-with-files.ts';
import type { StepRun } from './step-run.ts';

/** Runs a `run:` step; resolves to its exit code. */
export function runScript(run: StepRun): Promise<number> {
  const { step, environment } = run;
  const { state, log, unique } = run.host;
  const script = state.fillText(step.run, environment);
  const path = join(state.folders.temp, `script-${unique()}.sh`);
  writeFileSync(path, script);
  const [file, ...options] = shellOf(step.shell);
  log.line(`##[group]Run ${script.split('\n')[0]}`);
  log.line(script.trimEnd());
  log.line(`shell: ${file} ${options.join(' ')} {0}`);
  log.line('##[endgroup]');
  const cwd = resolve(state.folders.workspace, state.fillText(step.workingDirectory, environment));
  return runWithFiles(run, { file, args: [...options, path], cwd });
}

/** The shells' options are GitHub's: `pipefail` only where bash is asked for by name. */
function shellOf(shell: string | null): [string, ...string[]] {
  if (shell === 'bash') return ['bash', '--noprofile', '--norc', '-eo', 'pipefail'];
  return [shell ?? 'bash', '-e'];
}

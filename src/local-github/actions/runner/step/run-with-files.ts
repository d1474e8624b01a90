import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process.ts';
import { parseCommandFile } from './command-file.ts';
import type { StepRun } from './step-run.ts';

/** Largest job summary of one step, in bytes; a larger one is dropped, as GitHub does. */
const MAX_SUMMARY_BYTES = 1024 * 1024;
const FILES = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'] as const;

/**
 * Runs a process with the files it may write its outputs, variables, state and summary to, and reads them afterwards.
 * Resolves to its exit code.
 */
export async function runWithFiles(
  { step, host, environment, signal, outputs }: StepRun,
  command: { readonly file: string; readonly args: readonly string[]; readonly cwd: string },
  extra: Readonly<Record<string, string>> = {},
  saved: Record<string, string> = {},
): Promise<number> {
  const { state, log } = host;
  const folder = join(state.folders.temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const number = host.unique();
  const path = (name: string) => join(folder, `${name.toLowerCase()}_${number}`);
  for (const name of FILES) writeFileSync(path(name), '');
  const code = await runCommand({
    ...command,
    env: {
      ...state.processEnvironment({ ...state.jobEnvironment(), ...environment }, step.id),
      ...Object.fromEntries(FILES.map((name) => [`GITHUB_${name}`, path(name)])),
      ...extra,
    },
    onLine: (line) => log.output(line),
    signal,
    grace: state.request.grace,
    onGroup: host.onGroup,
  });
  const read = (name: (typeof FILES)[number]) => readFileSync(path(name), 'utf8');
  Object.assign(outputs, parseCommandFile(read('OUTPUT')));
  Object.assign(state.exported, parseCommandFile(read('ENV')));
  Object.assign(saved, parseCommandFile(read('STATE')));
  state.paths.push(
    ...read('PATH')
      .split(/\r?\n/)
      .filter((line) => line !== ''),
  );
  const summary = log.masked(read('STEP_SUMMARY'));
  const size = Buffer.byteLength(summary);
  if (size > MAX_SUMMARY_BYTES)
    log.error(
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(size / 1024)}k.`,
    );
  else if (summary !== '') host.onSummary(summary);
  return code;
}

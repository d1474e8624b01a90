import type { LineAt, Problem, Raw } from './model.ts';

const WORKFLOW_KEYS = new Set(['name', 'run-name', 'on', 'permissions', 'env', 'defaults', 'concurrency', 'jobs']);
const JOB_KEYS = new Set([
  ...['name', 'needs', 'if', 'permissions', 'environment', 'env', 'timeout-minutes', 'outputs'],
  ...['runs-on', 'steps', 'defaults'],
]);
const STEP_KEYS = new Set([
  ...['id', 'name', 'if', 'uses', 'with', 'run', 'shell', 'working-directory', 'env', 'timeout-minutes'],
  'continue-on-error',
]);
const SHELLS = new Set(['bash', 'sh']);

/** Everything a valid workflow file asks for that the local runner does not do. Events it cannot raise just never happen. */
export function unsupportedIn(root: Raw, lineAt: LineAt): Problem[] {
  const problems: Problem[] = [];
  const refuse = (line: number, what: string) =>
    problems.push({ line, message: `the local runner does not support ${what}` });
  const keys = (value: Raw, known: ReadonlySet<string>, ...at: (string | number)[]) => {
    for (const key of Object.keys(value)) if (!known.has(key)) refuse(lineAt(...at, key), `'${key}' here`);
  };
  keys(root, WORKFLOW_KEYS);
  for (const [id, job] of Object.entries(root.jobs as Record<string, Raw>)) {
    keys(job, JOB_KEYS, 'jobs', id);
    for (const [index, step] of ((job.steps ?? []) as Raw[]).entries()) {
      const at = ['jobs', id, 'steps', index] as const;
      keys(step, STEP_KEYS, ...at);
      const shell = step.shell ?? job.defaults?.run?.shell ?? root.defaults?.run?.shell;
      if (step.run !== undefined && shell !== undefined && !SHELLS.has(String(shell)))
        refuse(
          lineAt(...at, ...(step.shell === undefined ? [] : ['shell'])),
          `the shell '${shell}' (bash and sh only)`,
        );
    }
  }
  return problems;
}

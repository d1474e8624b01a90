import { parse } from 'yaml';

/** A workflow of a repository that would run a variant nobody has read, or could. */
export interface RiskyWorkflow {
  readonly path: string;
  readonly why: string;
}

/** Triggers that ignore the `skip-checks: true` trailer and start on something Huxley's branches and pull requests do. */
const HEEDLESS: Readonly<Record<string, string>> = {
  pull_request_target: 'starts on every pull request with the repository’s secrets',
  create: 'starts on every new branch',
  delete: 'starts when a branch is deleted',
  check_run: 'starts on every check run, those of variants too',
  check_suite: 'starts on every check suite, those of variants too',
  pull_request_review: 'starts on reviews of variants',
  pull_request_review_comment: 'starts on review comments on variants',
  workflow_run: 'may start after any workflow',
};

/**
 * Workflows to look at before a run: `push` and `pull_request` honour the trailer that every variant's commit carries, other
 * triggers do not. Huxley's own workflow is left out. `files` are contents by path; one that is no YAML is reported too.
 */
export function riskyWorkflows(files: Readonly<Record<string, string>>): RiskyWorkflow[] {
  return Object.entries(files).flatMap(([path, text]) => {
    if (path.endsWith('/huxley.yml')) return [];
    try {
      return triggers(parse(text)).flatMap((name) => {
        const why = Object.hasOwn(HEEDLESS, name) ? HEEDLESS[name]! : undefined;
        return why === undefined ? [] : [{ path, why: `\`${name}\` ${why}` }];
      });
    } catch {
      return [{ path, why: 'is not readable as YAML' }];
    }
  });
}

function triggers(workflow: unknown): string[] {
  const on = typeof workflow === 'object' && workflow !== null ? (workflow as { on?: unknown }).on : undefined;
  if (typeof on === 'string') return [on];
  if (Array.isArray(on)) return on.map(String);
  return typeof on === 'object' && on !== null ? Object.keys(on) : [];
}

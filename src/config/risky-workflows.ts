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

/** Files by which other CI services are configured, and whether they are known to skip commits that GitHub Actions skips. */
const SERVICES: readonly (readonly [RegExp, string])[] = [
  [/^\.circleci\//, 'CircleCI'],
  [/^\.travis\.ya?ml$/, 'Travis CI'],
  [/^\.?azure-pipelines[^/]*\.ya?ml$|^\.azure(-pipelines)?\//, 'Azure Pipelines'],
  [/^\.gitlab-ci\.ya?ml$/, 'GitLab CI'],
  [/^(.*\/)?Jenkinsfile[^/]*$/, 'Jenkins'],
  [/^\.buildkite\//, 'Buildkite'],
  [/^\.drone\.(ya?ml|jsonnet|star)$|^\.drone\//, 'Drone'],
  [/^\.woodpecker(\.ya?ml$|\/)/, 'Woodpecker'],
  [/^\.semaphore\//, 'Semaphore'],
  [/^\.?appveyor\.ya?ml$/, 'AppVeyor'],
  [/^\.cirrus\.(ya?ml|star)$/, 'Cirrus CI'],
  [/^bitbucket-pipelines\.ya?ml$/, 'Bitbucket Pipelines'],
  [/^\.teamcity\//, 'TeamCity'],
  [/^\.tekton\//, 'Tekton'],
  [/^cloudbuild[^/]*\.(ya?ml|json)$/, 'Google Cloud Build'],
  [/^buildspec\.ya?ml$/, 'AWS CodeBuild'],
  [/^(codemagic|bitrise)\.ya?ml$/, 'Codemagic or Bitrise'],
  [/^netlify\.toml$|^\.netlify\//, 'Netlify'],
  [/^vercel\.json$|^\.vercel\//, 'Vercel'],
  [/^render\.ya?ml$/, 'Render'],
  [/^railway\.(json|toml)$/, 'Railway'],
  [/^fly\.toml$/, 'Fly'],
  [/^\.pre-commit-config\.ya?ml$/, 'pre-commit.ci'],
  [/^readthedocs\.ya?ml$|^\.readthedocs\.ya?ml$/, 'Read the Docs'],
];

/**
 * CI services other than Actions that a repository's files tell of. GitHub documents `skip-checks: true` for its own workflows
 * started by `push` and `pull_request`; whether another service reads it is that service's business.
 */
export function otherServices(paths: readonly string[]): readonly RiskyWorkflow[] {
  const found = new Map<string, string>();
  for (const path of paths)
    for (const [pattern, service] of SERVICES) if (pattern.test(path) && !found.has(service)) found.set(service, path);
  return [...found].map(([service, path]) => ({
    path,
    why: `${service} may run variants that nobody has read: it may ignore \`skip-checks: true\``,
  }));
}

/**
 * Workflows to look at before a run: `push` and `pull_request` honour the trailer that every variant's commit carries, other
 * triggers do not. Huxley's own workflows are left out. `files` are contents by path; one that is no YAML is reported too.
 */
export function riskyWorkflows(files: Readonly<Record<string, string>>): RiskyWorkflow[] {
  return Object.entries(files).flatMap(([path, text]) => {
    if (/\/huxley(-app)?\.yml$/.test(path)) return [];
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

/**
 * Whether something may start when a branch of Huxley's is pushed at a commit that does not say to skip checks: by the paths of all
 * files and the contents of the workflows among them. A filter that names branches one by one keeps Huxley's out.
 */
export function mayStartOnPush(paths: readonly string[], workflows: readonly string[]): boolean {
  return otherServices(paths).length > 0 || workflows.some(startsOnPush);
}

function startsOnPush(text: string): boolean {
  let workflow: unknown;
  try {
    workflow = parse(text);
  } catch {
    return true;
  }
  if (!triggers(workflow).includes('push')) return false;
  const { on } = workflow as { on: unknown };
  const push = typeof on === 'object' && on !== null && 'push' in on ? on.push : null;
  if (typeof push !== 'object' || push === null) return true;
  const { branches, tags } = push as { branches?: unknown; tags?: unknown };
  if (branches === undefined) return tags === undefined || 'branches-ignore' in push;
  const names = [branches].flat();
  return names.length === 0 || !names.every((name) => typeof name === 'string' && /^(?!huxley\/)[\w./-]+$/.test(name));
}

function triggers(workflow: unknown): string[] {
  const on = typeof workflow === 'object' && workflow !== null ? (workflow as { on?: unknown }).on : undefined;
  if (typeof on === 'string') return [on];
  if (Array.isArray(on)) return on.map(String);
  return typeof on === 'object' && on !== null ? Object.keys(on) : [];
}

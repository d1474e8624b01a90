import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { PROJECT, projectPath } from '../../../environment/project.ts';
import { CONTROLLER_WORKFLOW } from '../../../github/controller-workflow.ts';

/** What workflows use: a repository at a commit, or at its branch `action` where no commit is known. */
export interface ActionRef {
  readonly repository: string;
  /** 40 hexadecimal digits; null for a reference that can come to mean other code. */
  readonly commit: string | null;
  /** What people call it, e.g. `v0.2.0`. */
  readonly version: string | null;
}

const MOVING = new RegExp(`${PROJECT}(/action(?:/[\\w-]+)?)@action\\b`, 'g');

/** The workflow that jobs run in. @param secrets names of the keys that it gives them */
export function jobsWorkflow(
  secrets: readonly string[],
  { builds, serverless }: { readonly builds: boolean; readonly serverless: boolean },
  action: ActionRef,
): string {
  const template = example(serverless ? 'serverless' : builds ? 'codex' : 'starter-agent', 'huxley.yml');
  const others = secrets.filter((name) => name !== 'OPENAI_API_KEY');
  const given = [
    ...(secrets.includes('OPENAI_API_KEY') ? ['openai-api-key: ${{ secrets.OPENAI_API_KEY }}'] : []),
    ...(others.length === 0 ? [] : ['secrets: |', ...others.map((name) => `  ${name}=\${{ secrets.${name} }}`)]),
  ];
  return pin(template, action)
    .replace('Holds OPENAI_API_KEY.', `Holds ${secrets.join(' and ')}.`)
    .replace(/^( *)openai-api-key: .*$/m, (_, indent: string) => given.map((line) => indent + line).join('\n'));
}

/** The workflow that the controller runs in where there is no server. */
export function appWorkflow(defaultBranch: string, action: ActionRef): string {
  const branch = stringify(defaultBranch).trimEnd();
  return pin(example('serverless', CONTROLLER_WORKFLOW), action).replace(
    /branches: \[main\] # the default branch/,
    () => `branches: [${branch}]`,
  );
}

/** A workflow whose uses of Huxley's action that follow its branch name a commit instead, where one is known. */
export function pin(workflow: string, { repository, commit, version }: ActionRef): string {
  const mark = version === null ? '' : ` # ${version}`;
  const text = commit === null ? workflow : workflow.replace(/^ *# Pin this to the commit .*\n/gm, '');
  return text.replace(
    MOVING,
    (_, path: string) => `${repository}${path}@${commit === null ? 'action' : commit + mark}`,
  );
}

function example(folder: string, name: string): string {
  const inner = folder === 'serverless' ? [] : ['.github', 'workflows'];
  return readFileSync(projectPath('examples', folder, ...inner, name), 'utf8');
}

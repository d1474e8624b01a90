import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../../../../model/error.ts';

/** Scopes by level; `read-all` and `write-all` as GitHub writes them; null where the file does not say. */
export type TokenPermissions = Readonly<Record<string, string>> | 'read-all' | 'write-all' | null;

export interface WorkflowJob {
  readonly name: string;
  readonly permissions: TokenPermissions;
  readonly environment: string | null;
  /** Null where an expression says it. */
  readonly labels: readonly string[] | null;
  readonly concurrency: Concurrency | null;
  /** `owner/name/path@ref` of its steps. */
  readonly uses: readonly string[];
}

interface Concurrency {
  readonly group: string;
  readonly cancels: boolean;
}

/** What of a workflow file Huxley rests on. */
export interface WorkflowFile {
  readonly triggers: readonly string[];
  /** Of `workflow_dispatch`. */
  readonly inputs: readonly string[];
  readonly permissions: TokenPermissions;
  readonly concurrency: Concurrency | null;
  readonly jobs: readonly WorkflowJob[];
  /** Names of secrets it reads, GitHub's own token aside. */
  readonly secrets: readonly string[];
  /** Branches whose pushes start it; null for any, or none. */
  readonly pushBranches: readonly string[] | null;
  /** Files of workflows that its text dispatches. */
  readonly dispatches: readonly string[];
  /** The secret it gives to the action as `openai-api-key`; null where it gives none. */
  readonly modelSecret: string | null;
}

const permissions = z
  .union([z.enum(['read-all', 'write-all']), z.record(z.string(), z.string())])
  .nullish()
  .transform((given) => given ?? null);
const concurrency = z
  .union([
    z.string().transform((group) => ({ group, cancels: false })),
    z
      .looseObject({ group: z.string(), 'cancel-in-progress': z.union([z.boolean(), z.string()]).default(false) })
      .transform(({ group, 'cancel-in-progress': cancels }) => ({ group, cancels: cancels !== false })),
  ])
  .nullish()
  .transform((given) => given ?? null);
const names = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const job = z.looseObject({
  permissions,
  concurrency,
  environment: z
    .union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)])
    .nullish()
    .transform((given) => given ?? null),
  'runs-on': z
    .union([names, z.looseObject({ labels: names.default([]) }).transform(({ labels }) => labels)])
    .nullish()
    .transform((labels) => (labels?.some((label) => label.includes('${{')) ? null : (labels ?? null))),
  steps: z.array(z.looseObject({ uses: z.string().optional() })).default([]),
});
const file = z.looseObject({
  on: z.union([
    names.transform((list) => Object.fromEntries(list.map((name) => [name, null]))),
    z.record(z.string(), z.unknown()),
  ]),
  permissions,
  concurrency,
  jobs: z.record(z.string(), job),
});

/** What a workflow's text says; in words why it cannot be read. */
export function readWorkflow(text: string): WorkflowFile | string {
  let yaml: unknown;
  try {
    yaml = parse(text);
  } catch (error) {
    return messageOf(error).split('\n')[0]!;
  }
  const parsed = file.safeParse(yaml);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue!.path.join('.') || 'the file'} is not as GitHub reads it`;
  }
  const { on, jobs, ...rest } = parsed.data;
  const push = z.looseObject({ branches: names }).safeParse(on.push);
  const inputs = z.looseObject({ inputs: z.record(z.string(), z.unknown()) }).safeParse(on.workflow_dispatch);
  return {
    ...rest,
    triggers: Object.keys(on),
    inputs: inputs.success ? Object.keys(inputs.data.inputs) : [],
    jobs: Object.entries(jobs).map(([name, { 'runs-on': labels, steps, ...each }]) => ({
      ...each,
      name,
      labels,
      uses: steps.flatMap(({ uses }) => uses ?? []),
    })),
    secrets: secretsIn(text),
    pushBranches: push.success ? push.data.branches : null,
    dispatches: [...text.matchAll(/workflows\/([\w.-]+)\/dispatches/g)].map(([, name]) => name!),
    modelSecret: /^\s*openai-api-key:\s*['"]?\$\{\{\s*secrets\.(\w+)/m.exec(text)?.[1]?.toUpperCase() ?? null,
  };
}

function secretsIn(text: string): string[] {
  const bare = text.replace(/(^|\s)#.*$/gm, '');
  const found = [...bare.matchAll(/secrets\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*'([^']+)'\s*\])/g)];
  const all = found.map(([, dotted, quoted]) => (dotted ?? quoted!).toUpperCase());
  return [...new Set(all)].filter((name) => name !== 'GITHUB_TOKEN');
}

/** Jobs that use Huxley's action. */
export function workerJobs({ jobs }: WorkflowFile): readonly WorkflowJob[] {
  return jobs.filter(({ uses }) => uses.some((name) => /^[\w.-]+\/[\w.-]+\/action@/.test(name)));
}

/** What a job's token may do: as the job says, or else the workflow. */
export function permissionsOf(workflow: WorkflowFile, { permissions }: WorkflowJob): TokenPermissions {
  return permissions ?? workflow.permissions;
}

/** The level of a scope, where any are named; null where that is left to the repository's settings. */
export function levelOf(given: TokenPermissions, scope: string): 'none' | 'read' | 'write' | null {
  if (given === null) return null;
  if (typeof given === 'string') return given === 'read-all' ? 'read' : 'write';
  const level = given[scope];
  return level === 'read' || level === 'write' ? level : 'none';
}

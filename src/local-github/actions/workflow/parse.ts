import { LineCounter, type Node, parseDocument } from 'yaml';
import type {
  Concurrency,
  DispatchInput,
  EventFilter,
  Job,
  LineAt,
  Permissions,
  Problem,
  Raw,
  Step,
  TemplateMap,
  Workflow,
} from './model.ts';
import { workflowParser } from './parser.ts';
import { unsupportedIn } from './unsupported.ts';

export type Parsed =
  | { readonly ok: true; readonly workflow: Workflow }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a workflow file. GitHub's own parser decides whether it is valid and what its events mean; everything else is
 * read from the YAML itself, because the parser's model leaves out `with`, `shell`, `permissions` and the time limits and
 * keeps the indentation of block scalars that hold an expression.
 */
export async function parseWorkflow(path: string, content: string): Promise<Parsed> {
  try {
    return await parse(path, content);
  } catch (error) {
    // YAML that is nested deeply enough uses up the stack of whoever reads it.
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, problems: [{ line: 1, message: 'The file is nested too deeply.' }] };
  }
}

async function parse(path: string, content: string): Promise<Parsed> {
  const parser = await workflowParser();
  const { context, value } = parser.parseWorkflow({ name: path, content }, new parser.NoOperationTraceWriter());
  const template = value && (await parser.convertWorkflowTemplate(context, value));
  const problems = context.errors.getErrors().map((error) => ({
    line: error.range?.start.line ?? 1,
    message: error.rawMessage,
  }));
  if (problems.length > 0 || !template) return { ok: false, problems };

  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines });
  const root = document.toJS() as Raw;
  const lineAt = (...at: (string | number)[]): number => {
    const node = document.getIn(at, true) as Node | undefined;
    return node?.range ? lines.linePos(node.range[0]).line : 1;
  };
  const events = template.events as Record<string, EventFilter & { inputs?: Record<string, Raw> }>;
  const jobs = Object.entries(root.jobs as Record<string, Raw>).map(([id, job]) => readJob(id, job, root, lineAt));
  return {
    ok: true,
    workflow: {
      path,
      name: text(root.name) ?? path,
      runName: text(root['run-name']),
      events,
      crons: ((template.events.schedule ?? []) as { cron: string }[]).map(({ cron }) => cron),
      dispatchInputs: mapValues(events.workflow_dispatch?.inputs ?? {}, readInput),
      permissions: (root.permissions as Permissions | undefined) ?? null,
      env: readMap(root.env),
      concurrency: readConcurrency(root.concurrency),
      jobs,
      unsupported: unsupportedIn(root, lineAt),
    },
  };
}

function readJob(id: string, job: Raw, root: Raw, lineAt: LineAt): Job {
  const defaults = { ...root.defaults?.run, ...job.defaults?.run } as Raw;
  const used = new Set<string>();
  return {
    id,
    name: text(job.name) || id,
    needs: list(job.needs),
    if: text(job.if) ?? '',
    permissions: (job.permissions as Permissions | undefined) ?? null,
    environment: text(typeof job.environment === 'object' ? job.environment?.name : job.environment),
    env: readMap(job.env),
    timeoutMinutes: job['timeout-minutes'] ?? 360,
    outputs: readMap(job.outputs),
    runsOn: list(
      typeof job['runs-on'] === 'object' && !Array.isArray(job['runs-on']) ? job['runs-on'].labels : job['runs-on'],
    ),
    steps: ((job.steps ?? []) as Raw[]).map((step, index) =>
      readStep(step, defaults, lineAt('jobs', id, 'steps', index), used),
    ),
    line: lineAt('jobs', id),
  };
}

function readStep(step: Raw, defaults: Raw, line: number, used: Set<string>): Step {
  const base = text(step.id) ?? `__${text(step.uses)?.split('@')[0]?.replaceAll('/', '_') ?? 'run'}`;
  let id = base;
  for (let count = 2; used.has(id); count += 1) id = `${base}_${count}`;
  used.add(id);
  return {
    id,
    name: text(step.name),
    if: text(step.if) ?? '',
    uses: text(step.uses),
    with: readMap(step.with),
    run: text(step.run),
    shell: text(step.shell) ?? text(defaults.shell),
    workingDirectory: text(step['working-directory']) ?? text(defaults['working-directory']),
    env: readMap(step.env),
    timeoutMinutes: step['timeout-minutes'] ?? null,
    continueOnError: step['continue-on-error'] ?? false,
    line,
  };
}

function readInput(input: Raw): DispatchInput {
  return {
    type: input.type ?? 'string',
    required: input.required ?? false,
    default: text(input.default),
    options: input.options ?? [],
  };
}

function readConcurrency(value: unknown): Concurrency | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object') return { group: String(value), cancelInProgress: false, queue: 'single' };
  const raw = value as Raw;
  return {
    group: String(raw.group),
    cancelInProgress: raw['cancel-in-progress'] ?? false,
    queue: raw.queue ?? 'single',
  };
}

function readMap(value: unknown): TemplateMap {
  return (value as TemplateMap | null | undefined) ?? {};
}

function text(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}

function list(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, make: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value)]));
}

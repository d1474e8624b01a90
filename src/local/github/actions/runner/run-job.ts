import { HuxleyError, messageOf } from '../../../../model/error.ts';
import { problemText } from '../workflow/model.ts';
import { actionDirectory, actionName, CHECKOUT } from './action.ts';
import { makeFolders } from './folders.ts';
import type { Conclusion, JobOutcome, JobRequest } from './job-request.ts';
import { JobState } from './job-state.ts';
import { JobLog } from './log.ts';
import { killGroup } from './process.ts';
import { runStep } from './step.ts';
import { StepList } from './step-list.ts';
import type { PostStep, StepHost } from './step-run.ts';

/** Minutes the steps that still run after a cancellation (`if: always()`) have, as on GitHub. */
const CANCELLATION_MINUTES = 5;

/** Executes one job on this machine, step by step. Resolves to `null` when the runner was lost on the way. */
export async function runJob(request: JobRequest): Promise<JobOutcome | null> {
  const { job } = request;
  const log = new JobLog(request.log);
  for (const secret of [...Object.values(request.secrets), request.token, ...Object.values(request.actionsEnvironment)])
    if (secret !== '' && !secret.startsWith('http')) log.mask(secret);
  const folders = makeFolders(
    request.directory,
    String(request.contexts.github.repository),
    request.contexts.github.event,
  );
  const timeout = new AbortController();
  const cancel = AbortSignal.any([request.cancel, timeout.signal, request.lost]);
  const state = new JobState(request, folders, cancel);
  const steps = new StepList(job.steps, request.onSteps);
  const groups = new Set<number>();
  const summaries: string[] = [];
  const posts: PostStep[] = [];
  let numbers = 0;
  const host: StepHost = {
    state,
    log,
    onGroup: (group) => void groups.add(group),
    onSummary: (markdown) => void summaries.push(markdown),
    onPost: (post) => void posts.push(post),
    unique: () => {
      numbers += 1;
      return numbers;
    },
  };
  const killAll = () => groups.forEach(killGroup);
  request.lost.addEventListener('abort', killAll, { once: true });

  let timer: NodeJS.Timeout | undefined;
  try {
    log.line("Current runner: the local runner of Huxley's local GitHub");
    refuse(request);
    const minutes = Number(state.fillValue(job.timeoutMinutes));
    timer = setTimeout(() => {
      log.error(`The job running on runner local has exceeded the maximum execution time of ${minutes} minutes.`);
      timeout.abort();
    }, minutes * 60_000);
    for (const [index, step] of job.steps.entries()) {
      const environment = state.fillMap(step.env);
      if (!state.holds(step.if, environment)) {
        state.steps[step.id] = { outcome: 'skipped', conclusion: 'skipped', outputs: {} };
        steps.end(index, 'skipped');
        continue;
      }
      steps.start(index);
      const result = await runStep(
        step,
        host,
        cancel.aborted ? AbortSignal.any([request.lost, AbortSignal.timeout(CANCELLATION_MINUTES * 60_000)]) : cancel,
      );
      if (request.lost.aborted) return null;
      state.steps[step.id] = result;
      if (result.conclusion === 'failure') state.failed = true;
      steps.end(index, result.conclusion);
    }
    for (const post of posts.toReversed()) {
      if (!state.holds(post.if)) continue;
      const index = steps.add(post.name);
      const conclusion = await post.run(request.lost);
      if (conclusion === 'failure') state.failed = true;
      steps.end(index, conclusion);
    }
  } catch (error) {
    state.failed = true;
    log.error(messageOf(error));
    if (error instanceof HuxleyError) log.line(error.remedy);
  } finally {
    clearTimeout(timer);
    killAll();
  }
  if (request.lost.aborted) return null;
  if (cancel.aborted) log.error('The operation was canceled.');
  const conclusion: Conclusion = cancel.aborted ? 'cancelled' : state.failed ? 'failure' : 'success';
  steps.close();
  const outputs = state.fillMap(job.outputs);
  // An output that holds a secret is withheld, as on GitHub.
  for (const [name, value] of Object.entries(outputs))
    if (log.masked(value) !== value) {
      log.line(`##[warning]Skip output '${name}' since it may contain secret.`);
      outputs[name] = '';
    }
  return { conclusion, outputs, annotations: log.annotations, summary: summaries.join('\n') };
}

/** Refuses, before the first step, what this runner cannot do. */
function refuse({ workflow, job, actions }: JobRequest): void {
  const [problem] = workflow.unsupported;
  if (problem)
    throw new HuxleyError(
      'runner.unsupported',
      workflow.unsupported.map((each) => problemText(workflow.path, each)).join('\n'),
      'Take it out of the workflow, or run it on GitHub.',
    );
  for (const step of job.steps) {
    if (!step.uses || step.uses.startsWith('./') || actionName(step.uses) === CHECKOUT) continue;
    try {
      actionDirectory(step.uses, actions, '');
    } catch (error) {
      if (!(error instanceof HuxleyError)) throw error;
      throw new HuxleyError(error.code, `${workflow.path}:${step.line}: ${error.message}`, error.remedy);
    }
  }
}

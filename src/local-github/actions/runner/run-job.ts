import { HuxleyError, messageOf } from '../../../model/error.ts';
import { makeFolders } from './folders.ts';
import type { JobOutcome, JobRequest } from './job-request.ts';
import { JobState } from './job-state.ts';
import { JobLog } from './log.ts';
import { killGroup } from './process.ts';
import { refuseUnknown } from './refuse.ts';
import { runStep } from './step/step.ts';
import { StepList } from './step/step-list.ts';
import type { PostStep, StepHost } from './step/step-run.ts';

/** Minutes the steps that still run after a cancellation (`if: always()`) have, as on GitHub. */
const CANCELLATION_MINUTES = 5;

/** Executes one job on this machine, step by step. Resolves to `null` when the runner was lost on the way. */
export async function runJob(request: JobRequest): Promise<JobOutcome | null> {
  const { github } = request.contexts;
  const log = maskedLog(request);
  const timeout = new AbortController();
  const cancel = AbortSignal.any([request.cancel, timeout.signal, request.lost]);
  const state = new JobState(request, makeFolders(request.directory, String(github.repository), github.event), cancel);
  const groups = new Set<number>();
  const killAll = () => groups.forEach(killGroup);
  request.lost.addEventListener('abort', killAll, { once: true });
  const steps = new StepList(request.job.steps, request.onSteps);
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

  let timer: NodeJS.Timeout | undefined;
  try {
    log.line("Current runner: the local runner of Huxley's local GitHub");
    refuseUnknown(request);
    const minutes = Number(state.fillValue(request.job.timeoutMinutes));
    timer = setTimeout(() => {
      log.error(`The job running on runner local has exceeded the maximum execution time of ${minutes} minutes.`);
      timeout.abort();
    }, minutes * 60_000);
    await runSteps(host, steps);
    await runPosts(host, steps, posts);
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
  steps.close();
  return {
    conclusion: cancel.aborted ? 'cancelled' : state.failed ? 'failure' : 'success',
    outputs: safeOutputs(state, log),
    annotations: log.annotations,
    summary: summaries.join('\n'),
  };
}

function maskedLog({ log: write, secrets, token, actionsEnvironment }: JobRequest): JobLog {
  const log = new JobLog(write);
  const addresses = /^https?:/;
  for (const secret of [...Object.values(secrets), token, ...Object.values(actionsEnvironment)])
    if (!addresses.test(secret)) log.mask(secret);
  return log;
}

async function runSteps(host: StepHost, steps: StepList): Promise<void> {
  const { state } = host;
  const { job, lost } = state.request;
  for (const [index, step] of job.steps.entries()) {
    if (!state.holds(step.if, state.fillMap(step.env))) {
      state.steps[step.id] = { outcome: 'skipped', conclusion: 'skipped', outputs: {} };
      steps.end(index, 'skipped');
      continue;
    }
    steps.start(index);
    const late = () => AbortSignal.any([lost, AbortSignal.timeout(CANCELLATION_MINUTES * 60_000)]);
    const result = await runStep(step, host, state.cancel.aborted ? late() : state.cancel);
    if (lost.aborted) return;
    state.steps[step.id] = result;
    if (result.conclusion === 'failure') state.failed = true;
    steps.end(index, result.conclusion);
  }
}

async function runPosts({ state }: StepHost, steps: StepList, posts: readonly PostStep[]): Promise<void> {
  const { lost } = state.request;
  for (const post of posts.toReversed()) {
    if (lost.aborted) return;
    if (!state.holds(post.if)) continue;
    const index = steps.add(post.name);
    const conclusion = await post.run(lost);
    if (conclusion === 'failure') state.failed = true;
    steps.end(index, conclusion);
  }
}

/** The job's outputs; one that holds a secret is withheld, as on GitHub. */
function safeOutputs(state: JobState, log: JobLog): Record<string, string> {
  const outputs = state.fillMap(state.request.job.outputs);
  for (const [name, value] of Object.entries(outputs)) {
    if (log.masked(value) === value) continue;
    log.line(`##[warning]Skip output '${name}' since it may contain secret.`);
    outputs[name] = '';
  }
  return outputs;
}

import { HuxleyError, messageOf } from '../../../../model/error.ts';
import { truthy } from '../../workflow/expression.ts';
import type { Step } from '../../workflow/model.ts';
import type { Conclusion } from '../job-request.ts';
import type { StepResult } from '../job-state.ts';
import { runScript } from './script.ts';
import type { StepHost } from './step-run.ts';
import { runUses } from './uses.ts';

/** Runs one step, its `if` already decided. Never rejects: what goes wrong is the step's failure, in the log. */
export async function runStep(step: Step, host: StepHost, signal: AbortSignal): Promise<StepResult> {
  const outputs: Record<string, string> = {};
  const outcome = await attempt(step, host, signal, outputs);
  const tolerated = outcome === 'failure' && truthy(host.state.fillValue(step.continueOnError));
  return { outcome, conclusion: tolerated ? 'success' : outcome, outputs };
}

async function attempt(
  step: Step,
  host: StepHost,
  signal: AbortSignal,
  outputs: Record<string, string>,
): Promise<Conclusion> {
  const { state, log } = host;
  try {
    const environment = state.fillMap(step.env);
    const minutes = Number(state.fillValue(step.timeoutMinutes, environment));
    const timeout = minutes > 0 ? AbortSignal.timeout(minutes * 60_000) : null;
    const run = { step, host, environment, outputs, signal: timeout ? AbortSignal.any([signal, timeout]) : signal };
    const code = await (step.uses ? runUses(run) : runScript(run));
    if (signal.aborted) return 'cancelled';
    if (timeout?.aborted) {
      log.error(`The action '${step.name ?? step.id}' has timed out after ${minutes} minutes.`);
      return 'failure';
    }
    if (code !== 0) log.error(`Process completed with exit code ${code}.`);
    return code === 0 ? 'success' : 'failure';
  } catch (error) {
    if (signal.aborted) return 'cancelled';
    log.error(`${state.request.workflow.path}:${step.line}: ${messageOf(error)}`);
    if (error instanceof HuxleyError) log.line(error.remedy);
    return 'failure';
  }
}

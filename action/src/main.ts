import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { info, setFailed, setOutput, summary, warning } from '@actions/core';
import type { AnyResult } from '../../src/contract/contract.ts';
import { goThroughProxy } from '../../src/environment/network/proxy.ts';
import { explainError } from '../../src/environment/system-trouble.ts';
import { spentText, timed, WallTime } from '../../src/environment/wall-time.ts';
import { runPreflight } from '../../src/job/preflight-job.ts';
import { ResultFolder } from '../../src/job/result-folder.ts';
import { runJob } from '../../src/job/run-job.ts';
import { HuxleyError } from '../../src/model/error.ts';
import { jobSummary } from '../../src/report/job-summary.ts';
import { logLine, logText } from '../../src/report/text/text.ts';
import { type OpenSandbox, openSandbox } from '../../src/sandbox/setup/open.ts';
import { artifactClient } from './artifact-client.ts';
import { readInputs } from './inputs.ts';
import { actionMachine } from './machine.ts';
import { readRunnerEnvironment } from './runner-environment.ts';
import { takeOrder } from './take-order.ts';
import { upload } from './upload.ts';

/** A line of the log. It may hold a model's words or a variant's, and the runner reads commands in it. */
function say(line: string): void {
  info(logLine(line));
}

/** One job inside GitHub Actions, or anywhere its inputs and environment are set. Whatever happens is said. */
export async function main(): Promise<void> {
  const time = new WallTime(0);
  const problem = goThroughProxy();
  if (problem !== null) warning(problem);
  try {
    await time.measure(() => work(time));
  } catch (error) {
    setFailed(logText(error instanceof HuxleyError ? error.inFull : `Huxley failed: ${explainError(error)}`));
  }
}

async function work(time: WallTime): Promise<void> {
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => cancel.abort());
  const inputs = readInputs();
  const runner = readRunnerEnvironment(process.env);
  const { order, configuration } = await timed('order', () =>
    takeOrder(inputs.order, runner, inputs.token, cancel.signal),
  );
  const folder = runner.resultFolder(order.jobId);
  const results = new ResultFolder(folder);
  let opened: Promise<OpenSandbox> | undefined;
  const machine = actionMachine(order, inputs, runner, {
    open: () => {
      opened ??= timed('engine', () =>
        openSandbox({
          mayInstall: true,
          ask: null,
          report: say,
          layers: folderOf(inputs.layers),
          diskGB: inputs.diskGB,
          token: inputs.token === '' ? undefined : { host: 'ghcr.io', token: inputs.token },
        }),
      );
      return opened;
    },
    results,
    configuration,
    signal: cancel.signal,
    report: say,
  });
  info(`${order.kind} ${order.variant} of run ${order.run} (job ${order.jobId})`);
  const work = order.kind === 'preflight' ? runPreflight(order, machine) : runJob(order, machine);
  // Loaded while the job waits for the engine and git.
  const artifacts = runner.takesArtifacts ? artifactClient() : null;
  artifacts?.catch(() => undefined);
  const result = await work;
  await opened?.then((open) => open[Symbol.dispose]()).catch(() => undefined);
  setOutputs(result, folder);
  if (artifacts !== null) await timed('upload', async () => upload(await artifacts, folder, order.jobId));
  const spent = time.spent();
  info(`The job took ${spentText(spent)}`);
  setOutput('seconds', JSON.stringify(spent));
  if (process.env.GITHUB_STEP_SUMMARY) await summary.addRaw(jobSummary(order, result, spentText(spent)), true).write();
  if (result.error !== null) setFailed(logText(`${result.error.code}: ${result.error.message}`));
}

/** A folder as `actions/cache` understands it: `~` is the home. */
function folderOf(input: string): string | undefined {
  return input === '' ? undefined : resolve(input.replace(/^~(?=\/|$)/, homedir()));
}

function setOutputs(result: AnyResult, folder: string): void {
  const measured =
    result.kind === 'evaluate' ? result.perTask.filter(({ verdict }) => verdict !== 'infrastructure') : [];
  const resolved = measured.filter(({ verdict }) => verdict === 'resolved').length;
  const made = result.kind === 'expand' && result.failure === null && result.error === null;
  setOutput('job-id', result.jobId);
  setOutput('result', join(folder, 'result.json'));
  setOutput('measured', result.kind === 'evaluate' ? measured.length : 1);
  setOutput('resolved', result.kind === 'evaluate' ? resolved : Number(made));
  setOutput('cost-usd', result.usage.costUSD);
  setOutput('error', result.error?.code ?? '');
}

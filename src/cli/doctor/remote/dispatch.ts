import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Probot } from 'probot';
import { installationsOf } from '../../../app/connect.ts';
import type { Configuration } from '../../../config/schema.ts';
import {
  CONTRACT_VERSION,
  type IssuedOrder,
  MAX_RESULT_BYTES,
  resultArtifactName,
} from '../../../contract/contract.ts';
import type { Forge, WorkflowRun } from '../../../github/forge.ts';
import { printable } from '../../../job/attempt/printable.ts';
import { HuxleyError } from '../../../model/error.ts';
import { ROOT } from '../../../model/ids.ts';
import { digestOf } from '../../../order/seal.ts';
import { orderSigner } from '../../../order/signer.ts';
import { SKEW_MS } from '../../../run/state/clock.ts';
import { secondsFor } from '../../../run/work/order.ts';
import { claims, verifyResult, verifyRun } from '../../../run/work/verify.ts';
import { WORKFLOW, WORKFLOW_PATH } from '../../../run/work/workflow.ts';
import type { Check } from '../../../sandbox/setup/examine.ts';
import { preflightResult } from '../preflight.ts';
import { missing, ok } from './rules/check.ts';

const NAME = 'Dispatch';
/** Milliseconds between looks, at first and in the end. */
const FIRST_POLL_MS = 500;
const LAST_POLL_MS = 5_000;
/** Seconds past its deadline after which a job is given up. */
const GRACE_SECONDS = 60;

interface Parts {
  readonly probot: Probot;
  readonly privateKey: string;
  readonly repository: string;
  readonly configuration: Configuration;
  /** Where people look at the workflow's runs. */
  readonly link: string;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/**
 * Has a worker look whether a run could do its work, as the first order of a run does (docs/adr/0013): signed, dispatched as the App, and
 * its result checked. It runs the agent's check and calls each model once, and writes nothing to the repository.
 */
export async function tryDispatch(parts: Parts): Promise<readonly Check[]> {
  const { signal, link } = parts;
  try {
    const forge = await installationsOf(parts.probot).forge(parts.repository);
    const { order, branch } = await orderFor(forge, parts.configuration);
    const text = JSON.stringify(order);
    const sealed = orderSigner(parts.privateKey).seal(text);
    const since = new Date(Date.now() - SKEW_MS);
    const sent = await forge.dispatch(WORKFLOW, branch, { order: JSON.stringify(sealed) });
    const target = { path: WORKFLOW_PATH, branch, app: forge.appLogin };
    const find = async () => {
      if (sent !== null) return forge.workflowRun(sent);
      const runs = await forge.dispatchedRuns(WORKFLOW, since.toISOString());
      return runs.find((run) => claims(run, { ...target, digest: sealed.digest, since })) ?? null;
    };
    const run = await ended(forge, find, order, parts);
    if (run === null) return [missing(NAME, 'GitHub accepted the order, but shows no workflow run for it', SEE, link)];
    if (!run.completed) return [late(run)];
    const wrong = verifyRun(run, target);
    if (wrong !== null) return [missing(NAME, `its result is not trusted: ${wrong}`, SEE, run.url)];
    return await resultOf(forge, run, order, digestOf(text));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HuxleyError)) throw error;
    return [missing(NAME, error.message, error.remedy, link)];
  }
}

const SEE = 'Look at the log.';

async function orderFor(forge: Forge, configuration: Configuration): Promise<{ order: IssuedOrder; branch: string }> {
  const { id, defaultBranch: branch } = await forge.facts();
  const head = await forge.branch(branch);
  if (head === null)
    throw new HuxleyError('doctor.empty', `${branch} has no commit`, 'Push a first commit to the default branch.');
  const { sha, tree } = await forge.commit(head);
  const nonce = randomBytes(16).toString('hex');
  const order = {
    v: CONTRACT_VERSION,
    jobId: `doctor-${nonce.slice(0, 8)}-preflight`,
    nonce,
    repository: id,
    app: forge.appLogin,
    configuration: sha,
    run: 'doctor',
    variant: ROOT,
    sha,
    tree,
    // Whatever the repository's suite is: nothing has begun that it could have changed since.
    suite: null,
    deadline: new Date(Date.now() + secondsFor('preflight', configuration) * 1_000).toISOString(),
    kind: 'preflight',
    tasks: [],
  } as const;
  return { order: { ...order, tasks: [] }, branch };
}

/** The workflow run once it has ended, or is given up and cancelled; null where there is none. An interruption cancels it, too. */
async function ended(
  forge: Forge,
  find: () => Promise<WorkflowRun | null>,
  order: IssuedOrder,
  { signal, report }: Parts,
): Promise<WorkflowRun | null> {
  const until = Date.parse(order.deadline) + GRACE_SECONDS * 1_000;
  let run: WorkflowRun | null = null;
  try {
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 1.5, LAST_POLL_MS)) {
      const found = await find();
      if (run === null && found !== null) report(`A worker is checking: ${found.url}`);
      run = found ?? run;
      if (run?.completed) return run;
      if (Date.now() > until) break;
      await sleep(wait, undefined, { signal });
    }
  } catch (error) {
    if (run !== null) await forge.cancelRun(run.id).catch(() => {});
    throw error;
  }
  if (run !== null) await forge.cancelRun(run.id);
  return run;
}

function late({ queued, url }: WorkflowRun): Check {
  return queued
    ? missing(NAME, 'no runner took the job in time', 'Check that a runner with its labels is online and free.', url)
    : missing(NAME, 'the job did not end in time, and was cancelled', SEE, url);
}

async function resultOf(
  forge: Forge,
  { id, conclusion, url }: WorkflowRun,
  order: IssuedOrder,
  digest: string,
): Promise<readonly Check[]> {
  const text = await forge.readArtifact(id, resultArtifactName(order.jobId), MAX_RESULT_BYTES);
  if (text === null) return [missing(NAME, `its workflow run ended as ${conclusion} without a result`, SEE, url)];
  const verified = verifyResult(order, digest, text);
  if (!verified.ok) return [missing(NAME, `its result is not trusted: ${verified.reason}`, SEE, url)];
  const { result } = verified;
  if (result.kind !== 'preflight' || result.error !== null) {
    const why = result.error === null ? 'another kind of result' : `${result.error.code}: ${result.error.message}`;
    return [missing(NAME, `the worker could not check: ${printable(why)}`, SEE, url)];
  }
  const found = preflightResult(result.findings, result.usage.costUSD, result.rehearsal);
  return [
    ok(NAME, `an order went out signed, and its result came back in ${Math.round(result.seconds)} s of work`),
    ...found.map((check) => (check.state === 'ok' ? check : { ...check, link: url })),
  ];
}

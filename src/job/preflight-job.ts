import { CONTRACT_VERSION, LATE, type PreflightOrder, type PreflightResult } from '../contract/contract.ts';
import { explainError } from '../environment/system-trouble.ts';
import { HuxleyError } from '../model/error.ts';
import { preflight } from './preflight.ts';
import { type JobMachine, tooLate, verifyTree } from './run-job.ts';
import { readTree } from './tree/git-tree.ts';

/** Carries out a preflight. Never throws for what happens on the way: the result says it, and lies in the result folder. */
export async function runPreflight(order: PreflightOrder, machine: JobMachine): Promise<PreflightResult> {
  const started = performance.now();
  const left = Math.max(0, Date.parse(order.deadline) - Date.now());
  const signal = AbortSignal.any([machine.signal, AbortSignal.timeout(left)]);
  const { jobId, nonce, sha, digest } = order;
  let result: PreflightResult = {
    v: CONTRACT_VERSION,
    jobId,
    nonce,
    order: digest,
    sha,
    kind: 'preflight',
    usage: { requests: 0, inputTokens: 0, outputTokens: 0, costUSD: 0 },
    rehearsal: false,
    seconds: 0,
    error: null,
    findings: [],
  };
  try {
    if (left === 0) throw tooLate(order);
    const { findings, gateway } = await preflight(order, {
      ...machine,
      signal,
      openSuite: () => machine.openSuite(order.suite.name),
      async files() {
        const repository = await machine.fetchCommits([order.sha]);
        await verifyTree(repository, order);
        return readTree(repository, order.tree);
      },
    });
    const usage = gateway?.usage();
    await gateway?.close();
    result = { ...result, findings };
    if (usage) {
      const { requests, inputTokens, outputTokens, costUSD, rehearsal } = usage;
      result = { ...result, rehearsal, usage: { requests, inputTokens, outputTokens, costUSD } };
    }
  } catch (error) {
    const code = error instanceof HuxleyError ? error.code : 'job.failed';
    const message =
      signal.aborted && code !== LATE ? 'the preflight was stopped before it was done' : explainError(error);
    result = { ...result, error: { code, message: message.slice(0, 4_000) } };
  }
  result = { ...result, seconds: (performance.now() - started) / 1_000 };
  await machine.results.write(result);
  return result;
}

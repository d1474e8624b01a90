import { type Archive, barredBy } from '../archive/archive.ts';
import { reduceEntries } from '../archive/reduce.ts';
import type { Forge } from '../github/forge.ts';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import { type JobId, variantNumber } from '../model/ids.ts';
import { decisionText } from '../report/reason.ts';
import { count } from '../report/text/figures.ts';
import { decide } from '../search/decide.ts';
import { policyOf } from '../search/policies.ts';
import type { RunKey } from '../store/journal.ts';
import type { KeptDelivery, Store } from '../store/store.ts';
import { turnOf } from './state/clock.ts';
import { DOCUMENTS, declared } from './state/documents.ts';
import { type JobRecord, jobRecordSchema } from './state/job-record.ts';
import { WORKFLOW_PATH } from './work/workflow.ts';

/** Seconds a workflow run may wait for a runner before that is worth saying. */
const PATIENCE_SECONDS = 120;

/** A job in flight, with what its record and GitHub say of it. */
export interface InspectedJob {
  readonly job: JobId;
  readonly what: string;
  /** The record's; `none` before it is written, `unreadable` where it is damaged. */
  readonly state: JobRecord['state'] | 'none' | 'unreadable';
  readonly attempt: number | null;
  readonly workflowRun: number | null;
  /** What GitHub says of the workflow run; null where it was not asked. */
  readonly onGitHub: 'queued' | 'in progress' | 'gone' | `completed: ${string}` | null;
  readonly url: string | null;
  /** When GitHub made the workflow run, ISO 8601; null where it was not asked. */
  readonly createdAt: string | null;
  /** What the next tick does about it. */
  readonly next: string;
}

/** Why a run may be stuck. */
export interface Cause {
  readonly kind:
    | 'no runner'
    | 'workflow gone'
    | 'lost lease'
    | 'failed delivery'
    | 'lost jobs'
    | 'damaged document'
    | 'attention';
  readonly text: string;
  readonly remedy: string;
}

export interface Inspection {
  readonly repository: string;
  readonly run: string;
  readonly status: Archive['status'];
  readonly entries: number;
  /** ISO 8601. */
  readonly lastEntryAt: string;
  readonly lease: { readonly holder: string; readonly secondsLeft: number } | null;
  readonly documents: readonly { readonly name: string; readonly state: 'ok' | 'damaged' | 'unknown' }[];
  readonly jobs: readonly InspectedJob[];
  readonly next: readonly string[];
  readonly causes: readonly Cause[];
  /** Whether GitHub was asked, or why not. */
  readonly gitHub: string;
}

export interface InspectOptions {
  readonly now: Date;
  /** A text says why there is none. */
  readonly forge: Forge | string;
  /** Whether a process of this machine is alive; null where the holder is elsewhere. */
  readonly isAlive: (holder: string) => boolean | null;
}

/**
 * What is kept of a run, what its next tick would do, and why it may be stuck. Changes nothing.
 * @throws HuxleyError `run.unknown`
 */
export async function inspectRun(store: Store, key: RunKey, options: InspectOptions): Promise<Inspection> {
  const entries = await store.read(key);
  if (entries.length === 0)
    throw new HuxleyError(
      'run.unknown',
      `There is no journal of run ${key.run} of ${key.repository}.`,
      `${commandLine('journal list')} lists the journals.`,
    );
  const archive = reduceEntries(null, entries)!;
  const kept = await store.readDocuments(key, '');
  const documents = [...kept].map(([name, value]) => {
    const schema = declared(name);
    const state = schema === null ? 'unknown' : schema.safeParse(value).success ? 'ok' : 'damaged';
    return { name, state } as const;
  });
  const forge = typeof options.forge === 'string' ? null : options.forge;
  const jobs: InspectedJob[] = [];
  for (const each of inFlight(archive, kept)) jobs.push(await inspectJob(each, forge));
  const lease = await store.leaseOf(await turnOf(key)(store));
  const causes = [
    ...damaged(documents),
    ...(await fromGitHub(jobs, kept, forge, archive, options.now)),
    ...lostLease(lease, options),
    ...failedDeliveries(await store.deliveries(), key.repository),
    ...lostJobs(archive),
    ...said(kept),
  ];
  return {
    ...key,
    status: archive.status,
    entries: entries.length,
    lastEntryAt: entries.at(-1)!.at,
    lease,
    documents,
    jobs,
    next: [...jobs.map(({ job, next }) => `${job}: ${next}`), ...nextOf(archive, kept)],
    causes,
    gitHub: typeof options.forge === 'string' ? options.forge : 'asked',
  };
}

interface InFlight {
  readonly job: JobId;
  readonly what: string;
  readonly record: unknown;
}

function inFlight(archive: Archive, kept: ReadonlyMap<string, unknown>): InFlight[] {
  const preflight = kept.get(DOCUMENTS.preflight.name);
  return [
    ...(preflight === undefined
      ? []
      : [{ job: `${archive.settings.run}-preflight`, what: 'preflight', record: preflight }]),
    ...[...archive.jobs.values()].map(({ job, kind, variant, tasks, split }) => ({
      job,
      what:
        kind === 'expand'
          ? `make ${variant}`
          : `measure ${variant} on ${count(tasks.length, `${split === 'heldout' ? 'held-out' : 'search'} task`)}`,
      record: kept.get(DOCUMENTS.job.of(job).name),
    })),
  ];
}

async function inspectJob({ job, what, record }: InFlight, forge: Forge | null): Promise<InspectedJob> {
  const none = { job, what, attempt: null, workflowRun: null, onGitHub: null, url: null, createdAt: null };
  if (record === undefined) return { ...none, state: 'none', next: 'write its order, then send it' };
  const parsed = jobRecordSchema.safeParse(record);
  if (!parsed.success) return { ...none, state: 'unreadable', next: 'fail: its record is damaged' };
  const { state, attempt } = parsed.data;
  switch (parsed.data.state) {
    case 'waiting':
      return { ...none, state, attempt, next: `send it, not before ${parsed.data.notBefore}` };
    case 'dispatching':
      return {
        ...none,
        state,
        attempt,
        next: `look for the workflow run of the order that was sent at ${parsed.data.sentAt}`,
      };
    case 'running': {
      const { workflowRun } = parsed.data;
      const found = forge === null ? undefined : await forge.workflowRun(workflowRun);
      const onGitHub =
        found === undefined
          ? null
          : found === null
            ? 'gone'
            : found.completed
              ? (`completed: ${found.conclusion}` as const)
              : found.queued
                ? 'queued'
                : 'in progress';
      const over = onGitHub === 'gone' || onGitHub?.startsWith('completed');
      return {
        job,
        what,
        state,
        attempt,
        workflowRun,
        onGitHub,
        url: forge?.runUrl(workflowRun) ?? null,
        createdAt: found?.createdAt ?? null,
        next: over ? 'take in its result' : 'wait until its workflow run is completed',
      };
    }
  }
}

function damaged(documents: Inspection['documents']): Cause[] {
  return documents
    .filter(({ state }) => state === 'damaged')
    .map(({ name }) => ({
      kind: 'damaged document',
      text: `Document ${name} cannot be read.`,
      remedy: `Restore the database from a backup, or rebuild its runs from GitHub into an empty database with ${commandLine('recover')}.`,
    }));
}

async function fromGitHub(
  jobs: readonly InspectedJob[],
  kept: ReadonlyMap<string, unknown>,
  forge: Forge | null,
  { status }: Archive,
  now: Date,
): Promise<Cause[]> {
  const spec = DOCUMENTS.spec.schema.safeParse(kept.get(DOCUMENTS.spec.name));
  if (forge === null || status === 'ended') return [];
  const causes: Cause[] = [];
  for (const { job, onGitHub, createdAt, url } of jobs) {
    if (onGitHub !== 'queued' || createdAt === null) continue;
    const seconds = (now.getTime() - Date.parse(createdAt)) / 1_000;
    if (seconds < PATIENCE_SECONDS) continue;
    causes.push({
      kind: 'no runner',
      text: `The workflow run of ${job} has been waiting for a runner for ${Math.round(seconds / 60)} minutes: ${url}`,
      remedy: `Check that a runner with the labels in \`runs-on\` of ${WORKFLOW_PATH} is online and free, and that Actions has minutes left.`,
    });
  }
  const branch = spec.success ? spec.data.defaultBranch : (await forge.facts()).defaultBranch;
  if ((await forge.readFile(WORKFLOW_PATH, branch)) === null)
    causes.push({
      kind: 'workflow gone',
      text: `${WORKFLOW_PATH} is not on ${branch}: no job can be started.`,
      remedy: 'Restore it there; the run then continues by itself.',
    });
  return causes;
}

function lostLease(lease: Inspection['lease'], { isAlive }: InspectOptions): Cause[] {
  if (lease === null) return [];
  const { holder, secondsLeft } = lease;
  const left = Math.round(secondsLeft);
  if (left <= 0)
    return [
      {
        kind: 'lost lease',
        text: `${holder} has not renewed its lease, which ran out ${-left} seconds ago: it died or hangs, and no other process has taken over the run.`,
        remedy: `Start the App (${commandLine('serve')}), or read its log if it is running.`,
      },
    ];
  if (isAlive(holder) !== false) return [];
  return [
    {
      kind: 'lost lease',
      text: `${holder} holds the run, and that process is gone. Its lease runs out in ${left} seconds.`,
      remedy: `Wait that long; another process then takes over. If none is running, start the App (${commandLine('serve')}).`,
    },
  ];
}

function failedDeliveries(deliveries: readonly KeptDelivery[], repository: string): Cause[] {
  const named = (payload: unknown) =>
    (payload as { repository?: { full_name?: unknown } } | null)?.repository?.full_name === repository;
  return deliveries
    .filter(({ payload, attempts, error }) => named(payload) && (error !== null || attempts > 1))
    .map(({ id, event, attempts, error, receivedAt }) => ({
      kind: 'failed delivery',
      text: `Delivery ${id} (${event}, received ${receivedAt}) ${error === null ? `has been tried ${attempts} times` : `was given up after ${count(attempts, 'attempt')}: ${error}`}.`,
      remedy:
        'The log of the App says why. Redeliver it on the GitHub App’s page (Advanced), or give the command again; what changed on GitHub is also seen by the next sweep.',
    }));
}

function lostJobs({ lost, status }: Archive): Cause[] {
  if (lost.jobs.size === 0) return [];
  return [
    {
      kind: 'lost jobs',
      text: `${count(lost.jobs.size, 'job')} in a row gave no result: ${lost.reason}${lost.log === null ? '' : ` (log: ${lost.log})`}`,
      remedy:
        status === 'paused'
          ? 'Fix what it names, then comment `/huxley resume`.'
          : 'Fix what it names; the run tries other jobs meanwhile.',
    },
  ];
}

function said(kept: ReadonlyMap<string, unknown>): Cause[] {
  const attention = DOCUMENTS.attention.schema.safeParse(kept.get(DOCUMENTS.attention.name) ?? {});
  return Object.values(attention.success ? attention.data : {}).map((text) => ({
    kind: 'attention',
    text,
    remedy: 'The dashboard shows it until it is over.',
  }));
}

/** What the next tick does besides what is in flight. */
function nextOf(archive: Archive, kept: ReadonlyMap<string, unknown>): string[] {
  const { status, opened, gate, jobs, search, settings } = archive;
  switch (status) {
    case 'paused':
      return ['nothing new until `/huxley resume`'];
    case 'running':
    case 'stopping': {
      if (kept.has(DOCUMENTS.preflight.name)) return [];
      if (settings.measure) return [`measure pull request #${settings.measure.pull} further, then report its verdict`];
      try {
        const decision = decide(archive, policyOf(settings.policy));
        if (settings.calibrate && decision.type === 'stop')
          return ['measure the root on the held-out tasks that are left, then report'];
        return [`${decisionText(decision)}: ${decision.reason.text}`];
      } catch (error) {
        return [`fail: ${messageOf(error)}`];
      }
    }
    case 'judging': {
      if (gate !== null && settings.measure) return ['report the verdict on the pull request'];
      if (gate !== null) return [gate.passed ? `promote ${opened}` : 'end the run: the gate did not pass'];
      if (opened !== null && barredBy(search, variantNumber(opened)) !== undefined)
        return [`end the comparison: ${opened} tampered`];
      return [
        jobs.size === 0
          ? `compare ${opened} with the root on the held-out tasks that are left, then judge`
          : `continue comparing ${opened} with the root on the held-out tasks`,
      ];
    }
    case 'ended': {
      if (kept.get(DOCUMENTS.finalized.name) !== true) return ['report how it ended, and clean up'];
      return kept.get(DOCUMENTS.release.name) === 'awaiting'
        ? ['wait for a person to approve the pull request, or to comment `/huxley promote`']
        : [];
    }
  }
}

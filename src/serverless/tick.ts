import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { openOctokit } from '../app/connect.ts';
import { GitHubClock } from '../app/github-clock.ts';
import type { Forge } from '../github/forge.ts';
import type { Octokit } from '../github/octokit/octokit.ts';
import type { WriteLimits } from '../github/pace.ts';
import { HuxleyError } from '../model/error.ts';
import { orderSigner, secretSigner } from '../order/signer.ts';
import { Service } from '../run/inbox/service.ts';
import { publishedEntries } from '../run/recover.ts';
import { systemClock } from '../run/state/clock.ts';
import { DOCUMENTS, NO_RUN, REPOSITORY_DOCUMENTS } from '../run/state/documents.ts';
import { type ControllerOptions, DEFAULT_OPTIONS } from '../run/state/options.ts';
import { RunDocuments } from '../run/state/run-documents.ts';
import { openSqlite, snapshotSqlite } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { Checkpoint } from './checkpoint.ts';
import { type Identity, openForges } from './forges.ts';
import { deriveKey } from './keys.ts';
import { type Recovered, recoverUnknown } from './recover-unknown.ts';
import { sayRefusal, type TickEvent } from './say-refusal.ts';
import { sealState } from './sealed-state.ts';
import { type FoundState, STATE_FILE, States, stateName, type TickPlace } from './states.ts';

/** Last states of earlier ticks that are kept. */
const KEPT = 5;
/** Seconds a tick waits, in all, for what runs want to do a little later: a tick of its own would cost more. */
const PATIENCE_SECONDS = 120;
/** Milliseconds for what is at hand once a tick is to end. */
const CLOSE_MS = 120_000;
/** Seconds a request waits at most where a limit of GitHub's is used up: the next tick is cheaper. */
const LIMIT_SECONDS = 60;
/** Milliseconds in which the run of a job ends whose last step has started a tick. */
const WAKE_MS = 5_000;

/** What differs from a server's: nobody pays for a look at an idle repository, nor waits for the next edit of a dashboard. */
const OPTIONS: ControllerOptions = { ...DEFAULT_OPTIONS, idleSeconds: 0, refreshSeconds: 15, bodySeconds: 15 };

export interface TickSpec {
  /** HUXLEY_KEY. */
  readonly secret: string;
  /** The App; null for the workflow's own token. */
  readonly app: { readonly appId: number; readonly privateKey: string } | null;
  /** The workflow's own token; it reads and discards states. */
  readonly token: string;
  readonly apiURL: string;
  readonly place: Omit<TickPlace, 'defaultBranch'>;
  /** What the workflow runs on, e.g. `refs/heads/main`. */
  readonly ref: string;
  readonly event: TickEvent;
  /** Whether a person has said that the journal may be built again from what GitHub holds. */
  readonly rebuild: boolean;
  /** An empty folder. */
  readonly folder: string;
  /** Keeps a file as an artifact of this workflow run; gives its number. */
  readonly upload: (name: string, file: string) => Promise<number>;
  readonly log: Logger;
  /** Once aborted, the tick finishes what is at hand. */
  readonly signal: AbortSignal;
  readonly throttle?: boolean;
  readonly writeLimits?: WriteLimits | null;
  readonly options?: Partial<ControllerOptions>;
  readonly patience?: number;
  readonly wakeMs?: number;
}

export interface TickReport extends Recovered {
  /** Where the journal came from. */
  readonly from: 'an earlier tick' | 'nowhere: this is the first tick' | 'GitHub: it was built again';
  readonly ticks: number;
  /** Whole minutes that all ticks together took. */
  readonly minutes: number;
  readonly saved: number;
}

/**
 * One tick of a controller without a server: restores the journal, takes in what happened, works until nothing is left to do but
 * to wait, and saves. Nothing is written to GitHub before what led to it is saved, so a runner may be lost at any moment.
 * @throws HuxleyError `serverless.*` where the journal cannot be relied on
 */
export async function tick(spec: TickSpec): Promise<TickReport> {
  const { secret, app, token, apiURL, log, throttle = true, folder } = spec;
  const server = { apiURL, log, throttle, limitSeconds: LIMIT_SECONDS };
  const started = performance.now();
  const fromSecret = secretSigner(secret);
  // Throws here for a key that is none.
  const signer = app === null ? fromSecret : orderSigner(app.privateKey);
  const key = deriveKey(secret, 'state');
  const octokit = await openOctokit({ token, ...server });
  const place = { ...spec.place, defaultBranch: await defaultBranchOf(octokit, spec) };
  const states = new States(octokit, key, place, log);
  // The run of a job that woke this one is about to end.
  if (wokenByJob(spec)) await systemClock.sleep(spec.wakeMs ?? WAKE_MS);
  const found = await states.find(systemClock.sleep);
  const refuse = async (error: HuxleyError) => {
    await sayRefusal(octokit, spec, error).catch((err) =>
      log.warn({ err }, 'a refusal could not be written to GitHub'),
    );
    return error;
  };
  if (found.choice.kind === 'refuse' && !spec.rebuild) throw await refuse(rolledBack(found.choice.why));
  const restored = spec.rebuild || found.choice.kind !== 'restore' ? null : found.state;

  const path = join(folder, 'journal.sqlite');
  mkdirSync(folder, { recursive: true });
  if (restored) writeFileSync(path, restored.database);
  await using kept = await openSqlite(path);
  const own = new RunDocuments(kept, { repository: place.repository, run: NO_RUN });
  await kept.identify(place.repositoryId, place.repository);
  const before = (await own.read(REPOSITORY_DOCUMENTS.ticks)) ?? { count: 0, minutes: 0 };
  const used = () => ({
    count: before.count + 1,
    minutes: before.minutes + Math.ceil((performance.now() - started) / 60_000),
  });

  let seq = found.state?.header.seq ?? 0;
  let appId = 0;
  const uploaded: number[] = [];
  const checkpoint = new Checkpoint(async (final) => {
    await own.write(REPOSITORY_DOCUMENTS.ticks, used());
    const database = snapshotSqlite(path);
    seq++;
    const header = {
      v: 1,
      repository: place.repositoryId,
      app: appId,
      seq,
      run: place.run,
      number: place.number,
      final,
    } as const;
    const file = join(folder, String(seq), STATE_FILE);
    mkdirSync(dirname(file));
    writeFileSync(file, sealState(key, { header, database }));
    uploaded.push(await spec.upload(stateName(seq), file));
    rmSync(dirname(file), { recursive: true });
    log.debug({ seq, final }, 'state saved');
  });
  const store = checkpoint.watch(kept);

  const hurry = new AbortController();
  const clock = new GitHubClock(systemClock);
  const identity: Identity = app === null ? { kind: 'token', token } : { kind: 'app', ...app };
  const opened = await openForges(
    { identity, secret, place, ...server },
    {
      ...(spec.writeLimits === undefined ? {} : { limits: spec.writeLimits }),
      clock,
      take: (account) => (limits) => store.takeWrite(account, limits),
      signal: hurry.signal,
      prepare: writeAhead(checkpoint),
    },
  );
  ({ appId } = opened);
  if (restored && restored.header.app !== appId) throw await refuse(otherIdentity(restored.header.app, appId));

  if (restored && (found.brokenOff || !restored.header.final)) {
    const forge = await opened.forges.forge(place.repository);
    const why = await lostSince(forge, kept);
    if (why !== null) throw await refuse(rolledBack(why));
  }

  const services = { store, signer, clock, log, forges: opened.forges, options: { ...OPTIONS, ...spec.options } };
  const service = new Service(services, () => hurry.abort());
  let recovered: Recovered;
  try {
    const forge = await opened.forges.forge(place.repository);
    recovered = await recoverUnknown(forge, store, log);
    await service.receive({ id: `actions-${place.run}`, event: eventOf(spec.event.name), payload: spec.event.payload });
    await receiveHead(service, forge, place);
    await service.settle(spec.patience ?? PATIENCE_SECONDS, spec.signal);
  } finally {
    // What still waits for GitHub after that is not sent: nothing is once the last state is saved.
    await Promise.race([service.close(), systemClock.sleep(CLOSE_MS)]);
  }
  await leave(states, found, own, uploaded, () => checkpoint.last());
  const { count, minutes } = used();
  const from = restored
    ? 'an earlier tick'
    : spec.rebuild
      ? 'GitHub: it was built again'
      : 'nowhere: this is the first tick';
  return { ...recovered, from, ticks: count, minutes, saved: uploaded.length };
}

/** Takes in the newest push to the default branch, once: a workflow that waits gives way to the next, and that may be another event's. */
async function receiveHead(
  service: Service,
  forge: Forge,
  { repository, repositoryId, defaultBranch }: TickPlace,
): Promise<void> {
  const head = await forge.branch(defaultBranch);
  if (head === null) return;
  const names = { id: repositoryId, full_name: repository, default_branch: defaultBranch };
  const payload = { ref: `refs/heads/${defaultBranch}`, after: head, repository: names };
  await service.receive({ id: `head-${head}`, event: 'push', payload });
}

/** @throws HuxleyError `serverless.branch` where the workflow runs on another */
async function defaultBranchOf(octokit: Octokit, { place, ref }: TickSpec): Promise<string> {
  const [owner, repo] = place.repository.split('/') as [string, string];
  const { default_branch } = (await octokit.rest.repos.get({ owner, repo })).data;
  if (ref === `refs/heads/${default_branch}`) return default_branch;
  throw new HuxleyError(
    'serverless.branch',
    `The controller runs on ${ref}, and only ${default_branch} decides what it does.`,
    `Start it on ${default_branch}.`,
  );
}

/**
 * What GitHub holds and the journal does not, where the tick before has not come to its end: every entry is saved before it is
 * told, so a state that lacks some is not the newest there was.
 */
async function lostSince(forge: Forge, store: Store): Promise<string | null> {
  for (const { run, repository } of await store.runs(forge.repository)) {
    // Nothing is told of a run that is over.
    if ((await new RunDocuments(store, { repository, run }).read(DOCUMENTS.finalized)) === true) continue;
    const published = await publishedEntries(forge, run);
    const entries = (await store.read({ repository, run })).length;
    if (published > entries) return `the evidence of run ${run} has ${published} entries, and the journal ${entries}`;
  }
  return null;
}

/** Saves the last state, then discards those that nobody goes back to. */
async function leave(
  states: States,
  { artifacts: [newest, ...older] }: FoundState,
  own: RunDocuments,
  uploaded: readonly number[],
  save: () => Promise<void>,
): Promise<void> {
  const last = [...((await own.read(REPOSITORY_DOCUMENTS.states)) ?? []), ...(newest === undefined ? [] : [newest])];
  await own.write(REPOSITORY_DOCUMENTS.states, last.slice(-KEPT));
  await save();
  await states.discard([...last.slice(0, -KEPT), ...older, ...uploaded.slice(0, -1)]);
}

/** Has everything saved before a request that may change something on GitHub. A token of the App's changes nothing. */
function writeAhead(checkpoint: Checkpoint): (octokit: Octokit) => void {
  const known = new WeakSet<object>();
  return (octokit) => {
    if (known.has(octokit)) return;
    known.add(octokit);
    octokit.hook.before('request', async ({ method, url }) => {
      if (method !== 'GET' && method !== 'HEAD' && !url.endsWith('/access_tokens')) await checkpoint.save();
    });
  };
}

/** Whether a workflow has started this one, as the job does that runs last in examples/serverless/huxley.yml. */
function wokenByJob({ event }: TickSpec): boolean {
  const { sender } = (event.payload ?? {}) as { readonly sender?: { readonly type?: unknown } };
  return event.name === 'workflow_dispatch' && sender?.type === 'Bot';
}

/** Webhooks have one event for what workflows have two for, depending on whose code they run. */
function eventOf(name: string): string {
  return name === 'pull_request_target' ? 'pull_request' : name;
}

function rolledBack(why: string): HuxleyError {
  return new HuxleyError(
    'serverless.rolled-back',
    `The newest journal cannot be relied on: ${why}. Nothing was done.`,
    'If you deleted workflow runs or artifacts, or replaced HUXLEY_KEY, start the workflow by hand (Actions, Huxley app, Run workflow) with “rebuild” ticked: the journal is then built again from the evidence on GitHub. If you did not, find out who did.',
  );
}

function otherIdentity(was: number, is: number): HuxleyError {
  return new HuxleyError(
    'serverless.identity',
    `The journal is that of App ${was}, and the controller acts as App ${is} now: it would not recognize what it has written.`,
    'Give the credentials it had before. To change them for good, let the runs end or stop them, then start the workflow by hand with “rebuild” ticked.',
  );
}

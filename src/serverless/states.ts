import type { Logger } from 'pino';
import { CONTROLLER_WORKFLOW, CONTROLLER_WORKFLOW_PATH } from '../github/controller-workflow.ts';
import type { Octokit } from '../github/octokit/octokit.ts';
import { unzipFile } from '../github/unzip.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import { type Choice, chooseState, type SeenRun } from './choose-state.ts';
import { openState, type State } from './sealed-state.ts';

/** The file in an artifact. */
export const STATE_FILE = 'state';
const NAME = /^huxley-state-(\d+)$/;
export const stateName = (seq: number): string => `huxley-state-${seq}`;

/** An artifact larger than this is no state. */
const MAX_BYTES = 500_000_000;
/** Artifacts of one run that are looked at before it counts as having left none. */
const MOST_TRIED = 5;
/** GitHub's lists lag behind now and then. */
const LOOKS = 3;
const LOOK_MS = 5_000;

/** Such runs have left nothing. */
const NEVER_RAN: ReadonlySet<string> = new Set(['skipped', 'queued', 'pending', 'requested', 'waiting']);

/** What runs the default branch's workflows alone, whatever that branch was called then (docs.github.com, "Events that trigger workflows"). */
const ON_DEFAULT_BRANCH: ReadonlySet<string> = new Set(['issue_comment', 'issues', 'schedule', 'workflow_run']);

/** Where a tick is. */
export interface TickPlace {
  /** `owner/name`, and GitHub's number of it. */
  readonly repository: string;
  readonly repositoryId: number;
  readonly defaultBranch: string;
  /** The workflow run, and its number among those of its workflow. */
  readonly run: number;
  readonly number: number;
}

export interface FoundState {
  readonly choice: Choice;
  /** The state of the run that was chosen; also where the choice is to refuse, the newest there is. */
  readonly state: State | null;
  /** Artifacts of that run with states, the newest first. */
  readonly artifacts: readonly number[];
  /** Whether a later run than the chosen one may have done something: it ran, and has left no state. */
  readonly brokenOff: boolean;
  /** Whether GitHub does not list the run before this one. */
  readonly lags: boolean;
}

type RawRun = Awaited<ReturnType<Octokit['rest']['actions']['listWorkflowRuns']>>['data']['workflow_runs'][number];

/**
 * The states that ticks have left as artifacts. GitHub says which workflow run an artifact is of, and the seal says it, too: one
 * that was copied elsewhere counts nowhere.
 */
export class States {
  readonly #octokit: Octokit;
  readonly #key: Buffer;
  readonly #place: TickPlace;
  readonly #at: { readonly owner: string; readonly repo: string };
  readonly #log: Logger;

  constructor(octokit: Octokit, key: Buffer, place: TickPlace, log: Logger) {
    this.#octokit = octokit;
    this.#key = key;
    this.#place = place;
    const [owner, repo] = place.repository.split('/') as [string, string];
    this.#at = { owner, repo };
    this.#log = log;
  }

  /** The newest state, and whether to go on from it. */
  async find(sleep: (milliseconds: number) => Promise<void>): Promise<FoundState> {
    for (let look = 1; ; look++) {
      const found = await this.#look();
      if (found.choice.kind !== 'refuse' || !found.lags || look === LOOKS) return found;
      await sleep(LOOK_MS);
    }
  }

  async #look(): Promise<FoundState> {
    const { number } = this.#place;
    // This run is there, whether or not GitHub lists it already.
    const seen: SeenRun[] = [{ number, succeeded: false, state: null }];
    let brokenOff = false;
    // Runs without a state on what may have been the default branch when they ran.
    const strays: { readonly at: number; readonly run: RawRun }[] = [];
    const believe = async (branch: string | null) => {
      for (const { at, run } of strays)
        if (branch === null || run.head_branch === branch)
          seen[at] = { ...seen[at]!, succeeded: await this.#succeeded(run) };
    };
    const lags = () => number > 1 && seen[1]?.number !== number - 1;
    const pages = this.#octokit.paginate.iterator(this.#octokit.rest.actions.listWorkflowRuns, {
      ...this.#at,
      workflow_id: CONTROLLER_WORKFLOW,
      per_page: 100,
    });
    for await (const { data } of pages)
      for (const run of data.toSorted((a, b) => b.run_number - a.run_number)) {
        // A run that begins meanwhile moves the others on to the next page.
        if (run.id === this.#place.run || seen.some((each) => each.number === run.run_number)) continue;
        const began = await this.#mayHaveBegun(run);
        const found = began ? await this.#read(run) : null;
        if (found && (run.run_number > number || (run.status !== 'completed' && isOnlyAttempt(run))))
          throw overtaken(run);
        if (run.run_number > number) continue;
        // Who sealed a state for this very run had HUXLEY_KEY, so its branch was the default branch then, whatever is now.
        const certain = found !== null || this.#isTrusted(run);
        if (began && !certain) strays.push({ at: seen.length, run });
        const succeeded = certain && (await this.#succeeded(run));
        seen.push({ number: run.run_number, succeeded, state: found && { final: found.state.header.final } });
        if (found) {
          if (run.event !== 'pull_request_target') await believe(run.head_branch);
          return { choice: chooseState(seen), ...found, brokenOff, lags: lags() };
        }
        brokenOff ||= began;
      }
    await believe(null);
    return { choice: chooseState(seen), state: null, artifacts: [], brokenOff, lags: lags() };
  }

  /** Whether the workflow that ran is a branch's of this repository. The default branch may have had another name then. */
  #isOurs({ path, event, head_repository }: RawRun): boolean {
    if (path.replace(/@.*$/, '') !== CONTROLLER_WORKFLOW_PATH) return false;
    // Such a run is named after the pull request's branch, which may be in a fork, and runs what the default branch holds.
    return event === 'pull_request_target' || head_repository?.id === this.#place.repositoryId;
  }

  /** Whether the workflow that ran is certainly the default branch's. */
  #isTrusted(run: RawRun): boolean {
    const { event, head_branch } = run;
    if (!this.#isOurs(run)) return false;
    return event === 'pull_request_target' || ON_DEFAULT_BRANCH.has(event) || head_branch === this.#place.defaultBranch;
  }

  /** Whether it may have done something: it is this repository's, and was not left out, nor cancelled before a step of it began. */
  async #mayHaveBegun(run: RawRun): Promise<boolean> {
    if (!mayHaveRun(run) || !this.#isOurs(run)) return false;
    if (run.conclusion !== 'cancelled' || !isOnlyAttempt(run)) return true;
    const { data } = await this.#octokit.rest.actions.listJobsForWorkflowRun({ ...this.#at, run_id: run.id });
    return data.jobs.some(({ steps }) => (steps?.length ?? 0) > 0);
  }

  /** Whether its tick succeeded. */
  async #succeeded(run: RawRun): Promise<boolean> {
    if (isOnlyAttempt(run)) return run.conclusion === 'success';
    const first = { ...this.#at, run_id: run.id, attempt_number: 1 };
    return (await this.#octokit.rest.actions.getWorkflowRunAttempt(first)).data.conclusion === 'success';
  }

  /** The newest authentic state of a run. */
  async #read(run: RawRun): Promise<{ readonly state: State; readonly artifacts: readonly number[] } | null> {
    const { rest } = this.#octokit;
    const all = await this.#octokit.paginate(rest.actions.listWorkflowRunArtifacts, {
      ...this.#at,
      run_id: run.id,
      per_page: 100,
    });
    const states = all
      .flatMap(({ id, name, expired, size_in_bytes }) => {
        const seq = NAME.exec(name)?.[1];
        return seq === undefined || expired || size_in_bytes > MAX_BYTES ? [] : [{ id, seq: Number(seq) }];
      })
      .sort((a, b) => b.seq - a.seq);
    for (const [n, { id }] of states.slice(0, MOST_TRIED).entries()) {
      const state = await this.#open(id);
      const header = state?.header;
      if (header?.repository !== this.#place.repositoryId || header.run !== run.id || header.number !== run.run_number)
        this.#log.warn({ artifact: id, run: run.id }, 'an artifact is not an authentic state');
      else return { state: state!, artifacts: states.slice(n).map((each) => each.id) };
    }
    return null;
  }

  async #open(artifact_id: number): Promise<State | null> {
    const zip = await this.#octokit.rest.actions.downloadArtifact({ ...this.#at, artifact_id, archive_format: 'zip' });
    try {
      return openState(this.#key, unzipFile(Buffer.from(zip.data as ArrayBuffer), STATE_FILE, MAX_BYTES));
    } catch (error) {
      if (error instanceof HuxleyError) return null;
      throw error;
    }
  }

  /** Deletes states that nobody goes back to. What stays behind expires. */
  async discard(artifacts: readonly number[]): Promise<void> {
    for (const artifact_id of artifacts)
      await this.#octokit.rest.actions
        .deleteArtifact({ ...this.#at, artifact_id })
        .catch((error) => this.#log.warn({ artifact: artifact_id, err: messageOf(error) }, 'an old state stays'));
  }
}

/** What is run again does nothing, and must not hide what its first attempt has done. */
function isOnlyAttempt({ run_attempt = 1 }: RawRun): boolean {
  return run_attempt === 1;
}

function mayHaveRun(run: RawRun): boolean {
  return !isOnlyAttempt(run) || !NEVER_RAN.has(run.conclusion ?? run.status ?? '');
}

function overtaken({ run_number, status }: RawRun): HuxleyError {
  return new HuxleyError(
    'serverless.overtaken',
    status === 'completed'
      ? `Run ${run_number} of the workflow, which came later, has been carried out before this one. Nothing was done`
      : `Run ${run_number} of the workflow is at work too. Nothing was done`,
    'You can ignore this if it happens once. Otherwise give the workflow the `concurrency` of examples/serverless/huxley-app.yml.',
  );
}

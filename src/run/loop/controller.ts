import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Forge } from '../../github/forge.ts';
import type { RepositoryName } from '../../github/installations.ts';
import { GITHUB_WRITE_LIMITS, PutOff } from '../../github/pace.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import type { LimitSettings } from '../../model/limits/account-limits.ts';
import type { Observer } from '../../model/watch/observer.ts';
import type { OrderSigner } from '../../order/signer.ts';
import { SHARED_NOTE } from '../../report/shared-note.ts';
import { standInsText } from '../../search/policies.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { tendDashboard } from '../publish/dashboard.ts';
import { publishEvidence } from '../publish/publish-evidence.ts';
import { viewRun } from '../publish/view.ts';
import { setAttention } from '../state/attention.ts';
import type { Clock } from '../state/clock.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { OpenRun } from '../state/open-run.ts';
import type { ControllerOptions } from '../state/options.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { takeBackOlderOrders } from '../work/older-orders.ts';
import { tick } from './tick.ts';
import { TurnLease } from './turn-lease.ts';

/** Every repository the App is installed in, as forges. */
export interface Forges {
  repositories(): Promise<readonly RepositoryName[]>;
  forge(repository: string): Promise<Forge>;
  /** What waits for GitHub's limits to be written to a repository is put off, answers excepted. */
  giveWay(repository: string): void;
  /** Has GitHub send again what it could not deliver of these events since a time. Gives how many. */
  redeliver(events: ReadonlySet<string>, since: Date): Promise<number>;
}

export interface ControllerServices {
  readonly store: Store;
  readonly forges: Forges;
  readonly clock: Clock;
  readonly options: ControllerOptions;
  readonly log: Logger;
  readonly signer: OrderSigner;
  /** Nobody watches where it is left out. */
  readonly observer?: Observer;
  /** What accounts may use of this server; no limits where it is left out. */
  readonly limits?: LimitSettings;
}

/** Turns that fail in a row before that is said where people look; one alone is mostly a connection that broke. */
const FAILURES_TOLD = 3;
const FAILING = 'turn';
const LIMITED = 'limit';
const LIMITED_TEXT = `GitHub’s limit on writes, ${GITHUB_WRITE_LIMITS.perHour} an hour for all of an account’s repositories, holds this run up, not its jobs. It continues as the limit allows. More tasks in a job (\`search.batch\`) and \`pullRequests: promising\` need fewer writes.`;

interface Work {
  readonly act: (run: OpenRun) => Promise<void>;
  readonly fail: (error: unknown) => void;
}

interface Wanted {
  workflowRuns: Set<number> | 'all';
  pulls: boolean;
  /** To be done with the run before its turn, e.g. a command. */
  readonly work: Work[];
}

/** Ticks runs whenever they are woken, one tick of a run at a time, by one process at a time. */
export class Controller {
  readonly #services: ControllerServices;
  /** Unique, and readable for whoever looks into the leases. */
  readonly #holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  readonly #runs = new Map<string, OpenRun>();
  readonly #wanted = new Map<string, Wanted>();
  readonly #turning = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** When runs turn again by themselves, by the monotonic clock. */
  readonly #due = new Map<string, number>();
  /** Runs whose last turn failed: what it had recorded may not be told yet. */
  readonly #untold = new Map<string, RunKey>();
  /** Runs in the middle of a tick, which may wait for GitHub's limits. */
  readonly #ticking = new Set<string>();
  /** How many turns of a run have failed in a row. */
  readonly #failures = new Map<string, number>();
  #lookedAtWaiting = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(services: ControllerServices) {
    this.#services = services;
  }

  /** Has a run look at what a webhook named; returns at once. */
  wake(key: RunKey, look: { workflowRun?: number; pulls?: boolean; all?: boolean } = {}): void {
    if (this.#closed) return;
    const wanted = this.#want(key);
    if (look.all) wanted.workflowRuns = 'all';
    else if (look.workflowRun !== undefined && wanted.workflowRuns !== 'all') wanted.workflowRuns.add(look.workflowRun);
    if (look.pulls || look.all) wanted.pulls = true;
    this.#turn(key);
  }

  /** Does something with a run, alone with it, then lets it turn. Rejects as `work` does. */
  async with<T>(key: RunKey, work: (run: OpenRun) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const act = async (run: OpenRun) => resolve(await work(run));
      this.#want(key).work.push({ act, fail: reject });
      if (this.#ticking.has(nameOf(key))) this.#services.forges.giveWay(key.repository);
      this.#turn(key);
    });
  }

  /** Wakes every run that is not over; those whose winner waits, which webhooks tell of, as seldom as idle repositories. */
  async sweep(): Promise<void> {
    const { clock, options } = this.#services;
    const now = clock.monotonic();
    const isDue = now - this.#lookedAtWaiting >= options.idleSeconds * 1_000;
    if (isDue) this.#lookedAtWaiting = now;
    for (const key of await (isDue ? this.open() : this.unfinished())) this.wake(key, { all: true });
  }

  /** Runs to be looked at: those with something left to do, and those whose winner waits for a person. */
  async open(repository?: string): Promise<readonly RunKey[]> {
    return this.#those(repository, true);
  }

  /** Runs with something left to do. A journal that was imported without its documents is for reading. */
  async unfinished(repository?: string): Promise<readonly RunKey[]> {
    return this.#those(repository, false);
  }

  async #those(repository: string | undefined, alsoWaiting: boolean): Promise<RunKey[]> {
    const found: RunKey[] = [];
    for (const { over, ...key } of await this.#services.store.pending(repository)) {
      if (over && !alsoWaiting) continue;
      try {
        if (await new RunDocuments(this.#services.store, key).read(DOCUMENTS.spec)) found.push(key);
      } catch (error) {
        // One run that cannot be read keeps no other waiting.
        if (!(error instanceof HuxleyError)) throw error;
        this.#services.log.error({ ...key, err: error }, 'a run cannot be read');
      }
    }
    return found;
  }

  /** Forgets what is known under a name that is no repository's any more; its runs are opened under the new one. A turn under way ends under the old. */
  moved(former: string): void {
    const names = [...this.#runs.keys(), ...this.#timers.keys(), ...this.#untold.keys(), ...this.#failures.keys()];
    for (const name of names.filter((each) => each.startsWith(`${former} `))) {
      clearTimeout(this.#timers.get(name));
      for (const kept of [this.#runs, this.#timers, this.#due, this.#untold, this.#failures]) kept.delete(name);
    }
  }

  /** Starts no more turns; resolves once none goes on and what failed ones have recorded is told. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.idle();
    await Promise.all([...this.#untold.values()].map((key) => this.#tell(key)));
  }

  /** Seconds until some run turns again by itself; null where all wait for something to happen. */
  get dueIn(): number | null {
    if (this.#due.size === 0) return null;
    return Math.max(0, Math.min(...this.#due.values()) - this.#services.clock.monotonic()) / 1_000;
  }

  /** Resolves once no run is turning. */
  async idle(): Promise<void> {
    while (this.#turning.size > 0) await Promise.all(this.#turning.values());
  }

  #want(key: RunKey): Wanted {
    const name = nameOf(key);
    const wanted = this.#wanted.get(name) ?? { workflowRuns: new Set<number>(), pulls: false, work: [] };
    this.#wanted.set(name, wanted);
    return wanted;
  }

  /** Has a run do again what it was asked to look at. */
  #again(key: RunKey, { workflowRuns, pulls }: Wanted): void {
    this.wake(key, { pulls, all: workflowRuns === 'all' });
    if (workflowRuns !== 'all') for (const workflowRun of workflowRuns) this.wake(key, { workflowRun });
  }

  #turn(key: RunKey): void {
    const name = nameOf(key);
    if (this.#turning.has(name)) return;
    const turning = this.#turnAll(key, name).finally(() => {
      this.#turning.delete(name);
      if (this.#wanted.has(name) && !this.#closed) this.#turn(key);
    });
    this.#turning.set(name, turning);
  }

  async #turnAll(key: RunKey, name: string): Promise<void> {
    for (let wanted = this.#take(name); wanted; wanted = this.#take(name)) await this.#turnOnce(key, wanted);
  }

  #take(name: string): Wanted | undefined {
    const wanted = this.#wanted.get(name);
    this.#wanted.delete(name);
    return wanted;
  }

  async #turnOnce(key: RunKey, wanted: Wanted): Promise<void> {
    const { store, options, log, forges } = this.#services;
    let turn: TurnLease | undefined;
    try {
      const { name: repository } = await store.locate(key.repository);
      if (repository !== key.repository) return this.#passOn(key, { ...key, repository }, wanted);
      turn = await this.#leaseOf(key);
      // What this process alone was asked for waits; the rest is the business of whichever turns it.
      const taken = await turn.take(wanted.work.length > 0);
      if (taken === null) return this.#later(key, options.sweepSeconds, true);
      // What the other was about to look at it may have left to this turn.
      if (taken === 'waited') Object.assign(wanted, { workflowRuns: 'all', pulls: true });
      const run = await this.#open(key);
      await run.refresh();
      for (const { act, fail } of wanted.work) await act(run).catch(fail);
      this.#ticking.add(nameOf(key));
      // A command that came meanwhile is next; what this tick would write comes after it.
      if (this.#wanted.get(nameOf(key))?.work.length) return this.#again(key, wanted);
      const again = await turn.givingWay(
        () => forges.giveWay(key.repository),
        () =>
          run.observer.span('tick', { ...key }, () =>
            tick(run, { workflowRuns: wanted.workflowRuns, pulls: wanted.pulls }),
          ),
      );
      this.#untold.delete(nameOf(key));
      this.#failures.delete(nameOf(key));
      const isOver = again === null && run.archive.status === 'ended';
      const told = [await setAttention(run, FAILING, null), await setAttention(run, LIMITED, null)];
      if (told.includes(true)) this.#later(key, 1);
      else if (again !== null) this.#later(key, again);
      // A command opens it again.
      if (isOver) this.#runs.delete(nameOf(key));
    } catch (error) {
      this.#untold.set(nameOf(key), key);
      if (error instanceof PutOff) {
        const run = this.#runs.get(nameOf(key));
        if (run && !this.#closed)
          await setAttention(run, LIMITED, LIMITED_TEXT).catch((err) => log.error({ ...key, err }, 'not noted'));
        return this.#again(key, wanted);
      }
      for (const { fail } of wanted.work) fail(error);
      // The archive in memory may be behind the journal now: it is read again.
      this.#runs.delete(nameOf(key));
      const failures = (this.#failures.get(nameOf(key)) ?? 0) + 1;
      this.#failures.set(nameOf(key), failures);
      log.error({ ...key, failures, err: error }, 'a turn failed');
      if (failures >= FAILURES_TOLD || error instanceof HuxleyError) await this.#sayFailing(key, failures, error);
      const wait = Math.min(options.sweepSeconds, (options.sweepSeconds / 10) * 2 ** (failures - 1));
      this.#later(key, Math.max(1, wait), true);
    } finally {
      this.#ticking.delete(nameOf(key));
      await turn?.release();
    }
  }

  /** Leaves what was asked of a run under a former name of its repository to the run under the name of now. */
  #passOn(former: RunKey, key: RunKey, wanted: Wanted): void {
    this.moved(former.repository);
    this.#want(key).work.push(...wanted.work);
    this.#again(key, wanted);
    if (wanted.work.length > 0) this.#turn(key);
  }

  /** Another holder for each name of a repository: a turn that goes on under the old name is as good as another process's. */
  #leaseOf(key: RunKey): Promise<TurnLease> {
    return TurnLease.of(key, `${this.#holder}/${nameOf(key)}`, this.#services);
  }

  /** Says on the run's dashboard that its turns fail, where that can be said. */
  async #sayFailing(key: RunKey, failures: number, error: unknown): Promise<void> {
    if (error instanceof HuxleyError && error.code.startsWith('journal.')) return;
    try {
      const run = await this.#open(key);
      const why = error instanceof HuxleyError ? error.inFull : messageOf(error);
      const times = failures === 1 ? 'its last turn' : `its last ${failures} turns`;
      await setAttention(run, FAILING, `Huxley could not finish ${times}, and tries again: ${why}`);
      await tendDashboard(run, await viewRun(run));
    } catch (again) {
      this.#services.log.error({ ...key, err: again }, 'a failing run could not be reported');
    }
  }

  /** Tells what is recorded and nothing more, as the last thing done here for a run. */
  async #tell(key: RunKey): Promise<void> {
    let turn: TurnLease | undefined;
    try {
      turn = await this.#leaseOf(key);
      if (!(await turn.take(false))) return;
      const run = await this.#open(key);
      await publishEvidence(run, await viewRun(run));
    } catch (error) {
      this.#services.log.error({ ...key, err: error }, 'what was recorded last was not reported');
    } finally {
      await turn?.release();
    }
  }

  #later(key: RunKey, seconds: number, all = false): void {
    const name = nameOf(key);
    clearTimeout(this.#timers.get(name));
    this.#due.delete(name);
    if (this.#closed) return;
    const wake = () => {
      this.#timers.delete(name);
      this.#due.delete(name);
      this.wake(key, { all });
    };
    this.#timers.set(name, setTimeout(wake, seconds * 1_000));
    this.#due.set(name, this.#services.clock.monotonic() + seconds * 1_000);
  }

  async #open(key: RunKey): Promise<OpenRun> {
    const name = nameOf(key);
    const forge = await this.#services.forges.forge(key.repository);
    const known = this.#runs.get(name);
    if (known) return Object.assign(known, { forge });
    const run = await OpenRun.open(key, forge, this.#services);
    await setAttention(run, 'policy', standInsText(run.archive.settings.policy));
    await setAttention(run, 'identity', run.forge.shared ? SHARED_NOTE : null);
    await takeBackOlderOrders(run);
    this.#runs.set(name, run);
    return run;
  }
}

function nameOf({ repository, run }: RunKey): string {
  return `${repository} ${run}`;
}

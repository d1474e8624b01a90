import { CONFIGURATION_PATH, readConfiguration } from '../../config/configuration.ts';
import { timeAfter } from '../../config/schedule.ts';
import type { Configuration } from '../../config/schema.ts';
import type { Forge } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import type { Sha } from '../../model/ids.ts';
import { matchesGlob } from '../../operator/patch/glob.ts';
import { markerToString, parseMarker } from '../../report/text/marker.ts';
import { goingOn } from '../limits/going-on.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import { wasTaken } from '../publish/own-comment.ts';
import { alone, leaseOn } from '../state/clock.ts';
import { NO_RUN, REPOSITORY_DOCUMENTS, type ScheduleState } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { replyOnce, whyNot } from './answer.ts';
import { beginUnasked } from './begin.ts';
import { RUN_LABEL } from './by-label.ts';
import { changedPaths } from './changed-paths.ts';

/** Somebody closed the repository for this: asking again each minute opens nothing. */
const TAKES_NO_ISSUE: ReadonlySet<string> = new Set(['github.archived', 'github.issues-disabled']);

type Starting = NonNullable<ScheduleState['starting']>;
type Schedule = Configuration['schedule'];

/**
 * Starts the runs that `schedule` in a repository's configuration asks for: at most one of them at a time, one for however many
 * times were missed, and one whichever process looks.
 */
export class Schedules {
  readonly #services: ControllerServices;
  readonly #controller: Controller;
  /** When the configuration of a repository was last looked at, by the monotonic clock. */
  readonly #looked = new Map<string, number>();

  constructor(services: ControllerServices, controller: Controller) {
    this.#services = services;
    this.#controller = controller;
  }

  /** Whether to tend a repository now, without asking GitHub: a time has come, something was begun, or the last look is long ago. */
  async isDue(repository: string): Promise<boolean> {
    const { clock, options } = this.#services;
    const at = this.#looked.get(repository) ?? Number.NEGATIVE_INFINITY;
    if (clock.monotonic() - at >= options.idleSeconds * 1_000) return true;
    const state = await this.#documents(repository)
      .read(REPOSITORY_DOCUMENTS.schedule)
      .catch((error: unknown) => {
        // One that cannot be read keeps no other repository waiting.
        if (!(error instanceof HuxleyError)) throw error;
        this.#services.log.error({ repository, err: error }, 'a schedule cannot be read');
        return undefined;
      });
    return state !== undefined && (state.starting !== undefined || missed(state, clock.now()) !== null);
  }

  /** Looks at a repository's schedule, and starts a run where one is due. */
  async tend(repository: string): Promise<void> {
    const { clock, forges } = this.#services;
    this.#looked.set(repository, clock.monotonic());
    const forge = await forges.forge(repository);
    const { defaultBranch } = await forge.facts();
    const text = await forge.readFile(CONFIGURATION_PATH, defaultBranch);
    const reading = text === null ? null : readConfiguration(text);
    // A check of its commit says what is wrong with it.
    if (reading?.ok === false) return;
    const documents = this.#documents(repository);
    const schedule = reading?.configuration.schedule;
    if (!schedule || (schedule.cron === null && schedule.after === null)) {
      if (await documents.read(REPOSITORY_DOCUMENTS.schedule)) await documents.remove(REPOSITORY_DOCUMENTS.schedule);
      return;
    }
    const head = schedule.after === null ? null : await forge.branch(defaultBranch);
    await alone(leaseOn('schedule', repository), this.#services, () => this.#turn(forge, documents, schedule, head));
  }

  async #turn(forge: Forge, documents: RunDocuments, schedule: Schedule, head: Sha | null): Promise<void> {
    const now = this.#services.clock.now();
    const kept = await documents.read(REPOSITORY_DOCUMENTS.schedule);
    let state = follow(kept, schedule, head, now);
    let { starting } = state;
    if (!starting) {
      const times = missed(state, now);
      const pushed = await this.#pushed(forge, state, head);
      const busy = (times || pushed) && (await this.#goesOn(forge.repository));
      // A time that comes while a run goes on is left out; a push waits for its end.
      if (times) state = { ...state, since: now.toISOString() };
      if (head !== null && !(busy && pushed)) state = { ...state, head };
      starting = (busy ? null : (times ?? pushed)) ?? undefined;
      if (starting) state = { ...state, starting };
      if (JSON.stringify(state) !== JSON.stringify(kept)) await documents.write(REPOSITORY_DOCUMENTS.schedule, state);
    }
    if (!starting) return;
    const refused = await this.#start(forge, documents, starting, state.refused);
    const { starting: _, refused: __, ...rest } = state;
    await documents.write(REPOSITORY_DOCUMENTS.schedule, { ...rest, ...(refused ? { refused } : {}) });
  }

  /** What a push asks for, where it changed one of the paths. */
  async #pushed(forge: Forge, { head: before, paths }: ScheduleState, head: Sha | null): Promise<Starting | null> {
    if (head === null || before === null || before === head) return null;
    const changed = [...(await changedPaths(forge, before, head))];
    if (!changed.some((path) => paths.some((glob) => matchesGlob(path, glob)))) return null;
    const short = head.slice(0, 12);
    return {
      id: `push-${short}`,
      occasion: 'push',
      why: `a push up to ${short} changed what \`schedule.paths\` names`,
    };
  }

  /** Whether a run that a schedule started goes on. */
  async #goesOn(repository: string): Promise<boolean> {
    for (const key of await goingOn(this.#services, await this.#controller.unfinished(repository))) {
      const event = (await this.#services.store.read(key, 0, 1))[0]?.event;
      if (event?.type === 'run.started' && (event.occasion === 'cron' || event.occasion === 'push')) return true;
    }
    return false;
  }

  /** Starts it on an issue of its own, and says there why, or why not; a refusal is said once, and its issue used again. */
  async #start(
    forge: Forge,
    documents: RunDocuments,
    { id, occasion, why }: Starting,
    before: ScheduleState['refused'],
  ): Promise<ScheduleState['refused']> {
    let issue: number;
    try {
      issue = await documents.once(
        REPOSITORY_DOCUMENTS.scheduled.of(id),
        async () => (await this.#open(forge, before?.issue)) ?? (await openIssue(forge, id, occasion)),
        async () => (await forge.ownIssues(RUN_LABEL)).find(({ body }) => isOf(body, id))?.number ?? null,
      );
    } catch (error) {
      if (!(error instanceof HuxleyError) || !TAKES_NO_ISSUE.has(error.code)) throw error;
      this.#services.log.error(
        { repository: forge.repository, err: error },
        'no issue for a scheduled run: it is left out',
      );
      return before;
    }
    const ask = { id, issue, by: forge.appLogin };
    const log = this.#services.log.child({ repository: forge.repository, issue });
    const say = (text: string) => wasTaken(replyOnce(this.#services, forge, ask, text), 'what was due', log);
    let started: string;
    try {
      started = await beginUnasked(this.#services, this.#controller, forge, ask, occasion);
    } catch (error) {
      const text = whyNot(this.#services, forge, error, 'A scheduled run could not start', false);
      if (text === before?.text && issue === before.issue) return before;
      const reply = `It was due because ${why}. Huxley tries again when the next one is due.`;
      return (await say(`${text}\n\n${reply}`)) ? { issue, text } : undefined;
    }
    const reply = `It started by itself: ${why}. \`/huxley stop\` ends it. To have no more of these runs, remove \`schedule\` from \`${CONFIGURATION_PATH}\` on the default branch.`;
    await say(`${started}\n\n${reply}`);
    return undefined;
  }

  /** The issue of an earlier refusal, if it is still open. */
  async #open(forge: Forge, issue: number | undefined): Promise<number | undefined> {
    if (issue === undefined) return undefined;
    return (await forge.ownIssues(RUN_LABEL)).find(({ number, open }) => open && number === issue)?.number;
  }

  #documents(repository: string): RunDocuments {
    return new RunDocuments(this.#services.store, { repository, run: NO_RUN });
  }
}

/** The state under the schedule as it is now: what is new counts from now on. */
function follow(kept: ScheduleState | undefined, schedule: Schedule, head: Sha | null, now: Date): ScheduleState {
  const { cron, paths } = schedule;
  const time = now.toISOString();
  if (kept === undefined) return { cron, since: time, paths, head };
  const known = kept.cron === cron && kept.since <= time ? kept.since : time;
  const samePaths = head !== null && kept.head !== null && kept.paths.join('\n') === paths.join('\n');
  return { ...kept, cron, since: known, paths, head: samePaths ? kept.head : head };
}

/** What the times ask for that have passed; null where none has. */
function missed({ cron, since }: ScheduleState, now: Date): Starting | null {
  const first = cron === null ? null : timeAfter(cron, new Date(since));
  if (first === null || first > now) return null;
  const at = first.toISOString().slice(0, 16);
  const why = `\`schedule.cron\` is \`${cron}\`, and ${at.replace('T', ' ')} UTC has passed`;
  return { id: `cron-${at.replaceAll(':', '')}`, occasion: 'cron', why };
}

function openIssue(forge: Forge, id: string, occasion: Starting['occasion']): Promise<number> {
  const title = occasion === 'cron' ? `Scheduled run, ${id.slice(5, 15)}` : `Run after a push, ${id.slice(5)}`;
  const body = `Huxley opened this issue for a run that \`schedule\` in \`${CONFIGURATION_PATH}\` asks for. The comments below say how it goes.`;
  const marker = markerToString({ kind: 'issue', fields: { of: id } });
  return forge.openIssue({ title, body: `${body}\n\n${marker}`, label: RUN_LABEL });
}

function isOf(body: string, id: string): boolean {
  const marker = parseMarker(body);
  return marker?.kind === 'issue' && marker.fields.of === id;
}

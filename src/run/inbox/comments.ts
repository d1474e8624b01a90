import { randomUUID } from 'node:crypto';
import { type Authority, authorize } from '../../command/authorize.ts';
import {
  type AdoptOptions,
  CALIBRATE_DEFAULTS,
  type Command,
  type MeasureOptions,
  type RunOptions,
} from '../../command/command.ts';
import { helpText } from '../../command/help.ts';
import { type Parsed, parseCommand } from '../../command/parse.ts';
import type { Comment, Forge } from '../../github/forge.ts';
import { PutOff } from '../../github/pace.ts';
import { statusOf } from '../../github/retry.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import type { Calibrate } from '../../model/event.ts';
import { SHARED_NOTE } from '../../report/shared-note.ts';
import { markerToString } from '../../report/text/marker.ts';
import type { RunKey } from '../../store/journal.ts';
import { calibrationAdvice } from '../calibration/text.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import { measureAdvice } from '../measure/text.ts';
import { costAdvice, gateAdvice, timeAdvice } from '../promotion/gate-advice.ts';
import { grantOf, readLedger } from '../promotion/ledger.ts';
import { ownComment } from '../publish/own-comment.ts';
import { type PreparedRun, prepareRun, startRun } from '../start/start-run.ts';
import { alone, keepUp, startOn } from '../state/clock.ts';
import { DOCUMENTS, NO_RUN, REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import type { Done, OpenRun } from '../state/open-run.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { parseBranch } from '../state/spec.ts';
import { adopt } from './adopt.ts';
import { applyCommand, type RunCommand } from './apply-command.ts';
import { ordinaryPull } from './ordinary-pull.ts';
import { prepareMeasure } from './start-measure.ts';

/** A comment whose answering failed is taken up again after so long. */
const LEASE_SECONDS = 30;

type Given = Exclude<Parsed, { kind: 'none' }>;

/**
 * Answers the commands people write: each once, however often its comment is seen. A reaction says it was seen, one reply
 * says what came of it.
 */
export class Comments {
  readonly #services: ControllerServices;
  readonly #controller: Controller;

  constructor(services: ControllerServices, controller: Controller) {
    this.#services = services;
    this.#controller = controller;
  }

  /** @param last whether nobody tries again when this fails: then the failure is the answer */
  async handle(repository: string, comment: Comment, last = false): Promise<void> {
    if (comment.byBot || comment.edited) return;
    const parsed = parseCommand(comment.body);
    if (parsed.kind === 'none') return;
    // A webhook and a sweep may bring the same comment at once, here and in another process.
    const [lease, holder] = [`comment ${repository} ${comment.id}`, randomUUID()];
    const hold = () => this.#services.store.lease(lease, holder, LEASE_SECONDS);
    if (!(await hold())) return;
    // The reply may wait for GitHub's limits.
    const letGo = keepUp(hold, LEASE_SECONDS);
    try {
      await this.#handle(repository, comment, parsed, last);
    } finally {
      letGo();
    }
  }

  async #handle(repository: string, comment: Comment, parsed: Given, last: boolean): Promise<void> {
    const documents = this.#documents(repository);
    const answered = REPOSITORY_DOCUMENTS.answered.of(String(comment.id));
    if ((await documents.read(answered)) === true) return;
    const forge = await this.#services.forges.forge(repository);
    // The documents may be gone with a lost journal; GitHub still knows what was answered.
    if ((await replyTo(forge, comment)) !== null) return documents.write(answered, true);
    const reply = await this.#consider(forge, comment, parsed).catch((error) =>
      this.#whyNot(forge, error, parsed.written, last),
    );
    if (reply === null) return;
    await this.#reply(forge, comment, reply);
    await documents.write(answered, true);
  }

  /** The reply to a comment; null for one that is nobody's business here. */
  async #consider(forge: Forge, comment: Comment, parsed: Given): Promise<string | null> {
    const permission = await forge.permission(comment.author);
    const authority = authorize({ login: comment.author, isBot: comment.byBot, permission });
    if (authority.kind === 'ignored') return null;
    const refused = authority.kind === 'denied' || parsed.kind === 'refused';
    // It is asked for first and waited for last: the command need not wait for GitHub's limits on writes.
    const reacted = this.#react(forge, comment, refused ? 'confused' : 'eyes').catch((error: unknown) => ({ error }));
    const reply = await this.#respond(forge, comment, parsed, authority);
    const failed = await reacted;
    if (failed) throw failed.error;
    return reply;
  }

  async #respond(forge: Forge, comment: Comment, parsed: Given, authority: Authority): Promise<string> {
    if (authority.kind === 'denied') return `\`${parsed.written}\` is not done. ${authority.message}`;
    if (parsed.kind === 'refused') return `\`${parsed.written}\` is not done: ${parsed.problem}. ${parsed.hint}`;
    return this.#answer(forge, comment, parsed.command);
  }

  /** A reaction is a courtesy: the reply comes without it, too. */
  async #react(forge: Forge, { id }: Comment, reaction: 'eyes' | 'confused'): Promise<void> {
    await forge.react(id, reaction).catch((error) => {
      if (!(error instanceof HuxleyError)) throw error;
      this.#services.log.warn({ repository: forge.repository, comment: id, err: error }, 'no reaction');
    });
  }

  /** What went wrong, as a reply; thrown again where trying again may help. */
  #whyNot(forge: Forge, error: unknown, written: string, last: boolean): string {
    if (error instanceof PutOff) throw error;
    const { repository } = forge;
    if (error instanceof HuxleyError) {
      this.#services.log.info({ repository, code: error.code, err: messageOf(error) }, 'command refused');
      return `\`${written}\` is not done: ${error.message}\n\n${error.remedy}`;
    }
    if (!last) throw error;
    this.#services.log.error({ repository, err: error }, 'command failed');
    return `\`${written}\` is not done: GitHub or the database did not answer, however often it was tried.\n\nGive the command again later; the log of the server says what failed.`;
  }

  async #answer(forge: Forge, comment: Comment, command: Command): Promise<string> {
    // What it changed is done, whatever would forbid it by now.
    const kept = await this.#documents(forge.repository).read(REPOSITORY_DOCUMENTS.reply.of(String(comment.id)));
    if (kept !== undefined) return kept;
    if (command.name === 'help') return helpText();
    if (command.name === 'run') return this.#start(forge, comment, command.options);
    if (command.name === 'calibrate')
      return this.#start(forge, comment, {}, { ...CALIBRATE_DEFAULTS, ...command.options });
    if (command.name === 'measure') return this.#measure(forge, comment, command.options);
    if (command.name === 'adopt') return this.#adopt(forge, comment, command.options);
    const key = await this.#runOf(forge, comment.issue);
    return this.#once(key, comment, (run, done) =>
      applyCommand(run, command satisfies RunCommand, comment.author, done),
    );
  }

  /** Has a command change a run, and keeps the reply with it: not twice because the process died while replying. */
  async #once(key: RunKey, { id }: Comment, act: (run: OpenRun, done: Done) => Promise<string>): Promise<string> {
    const kept = REPOSITORY_DOCUMENTS.reply.of(String(id));
    return this.#controller.with(key, (run) =>
      act(run, async (reply, ...events) => {
        const home = { repository: key.repository, run: NO_RUN };
        await run.recordBeside({ key: home, name: kept.name, value: reply }, ...events);
        return reply;
      }),
    );
  }

  /** Starts a run, prepared under the name it gets, once however often its comment is seen; gives it as it was started. */
  async #begin<T extends PreparedRun>(
    forge: Forge,
    { id, issue }: Comment,
    prepare: (run: string) => Promise<T>,
  ): Promise<T> {
    const { repository } = forge;
    const documents = this.#documents(repository);
    const started = REPOSITORY_DOCUMENTS.started.of(String(id));
    const begunBy = (run: string) => new RunDocuments(this.#services.store, { repository, run });
    return alone(startOn(repository, issue), this.#services, async () => {
      const before = await documents.read(started);
      // Its process died before the run was there, and another start has taken the name since.
      const taken =
        before !== undefined && ![undefined, String(id)].includes(await begunBy(before).read(DOCUMENTS.begun));
      const run = before === undefined || taken ? await this.#name(forge, issue) : before;
      const prepared = await prepare(run);
      await begunBy(run).write(DOCUMENTS.begun, String(id));
      await documents.write(started, run);
      const key = { repository, run };
      const [first] = await this.#services.store.read(key, 0, 1);
      if (first === undefined) await startRun(forge, prepared, this.#services);
      this.#controller.wake(key, { all: true });
      return first?.event.type === 'run.started' ? { ...prepared, started: first.event } : prepared;
    });
  }

  async #measure(forge: Forge, comment: Comment, options: MeasureOptions): Promise<string> {
    const { signer, store } = this.#services;
    const { author: by, issue: pull } = comment;
    const prepared = await this.#begin(forge, comment, (run) =>
      prepareMeasure(forge, { run, pull, by, options }, new Date(comment.createdAt), signer.publicKey, store),
    );
    return [...measureAdvice(prepared.started, prepared.facts), ...sharedNote(forge)].join('\n\n');
  }

  async #adopt(forge: Forge, comment: Comment, { run, sha }: AdoptOptions): Promise<string> {
    const command = run === undefined ? 'adopt' : `adopt run=${run}`;
    const pull = await ordinaryPull(forge, comment.issue, command, sha);
    const key = { repository: forge.repository, run: await this.#searching(forge.repository, run) };
    return this.#once(key, comment, (open, done) => adopt(open, pull, comment.author, done));
  }

  /** The run of a repository that searches, the one of that name where one is given. @throws HuxleyError `command.no-run` or `command.which` */
  async #searching(repository: string, named: string | undefined): Promise<string> {
    const found: string[] = [];
    for (const key of await this.#controller.unfinished(repository)) {
      const event = (await this.#services.store.read(key, 0, 1))[0]?.event;
      if (event?.type === 'run.started' && !event.calibrate && !event.measure && key.run === (named ?? key.run))
        found.push(key.run);
    }
    const [only, ...others] = found;
    if (only === undefined)
      throw new HuxleyError(
        'command.no-run',
        named === undefined ? 'No run goes on.' : `There is no run ${named} that goes on.`,
        'Start one with `/huxley run` on an issue.',
      );
    if (others.length === 0) return only;
    throw new HuxleyError(
      'command.which',
      `${found.length} runs go on: ${found.join(', ')}.`,
      `Name one: \`/huxley adopt run=${only}\`.`,
    );
  }

  async #start(forge: Forge, comment: Comment, options: RunOptions, calibrate?: Calibrate): Promise<string> {
    const { signer, store } = this.#services;
    const { author: by, issue } = comment;
    const more = { options, ...(calibrate ? { calibrate } : {}) };
    const prepared = await this.#begin(forge, comment, (run) =>
      prepareRun(forge, { run, issue, by, ...more }, new Date(comment.createdAt), signer.publicKey, store),
    );
    const { run } = prepared.started;
    if (calibrate)
      return [
        ...calibrationAdvice(prepared.started, prepared.spec.configuration),
        ...(prepared.leftOut === null ? [] : [prepared.leftOut]),
        ...sharedNote(forge),
      ].join('\n\n');
    const { budget, tasks, heldOut, confidence, policy, seed, gate } = prepared.started;
    const known = await readLedger(store, forge.repository);
    const { grant, leftOut } = grantOf(known, prepared.started, { evaluations: gate!.evaluations, after: 0 });
    const { mode } = prepared.spec.configuration.merge;
    return [
      `Run **${run}** has started: policy \`${policy.name}\`, seed ${seed}, budget ${budget}, ${tasks.length} search tasks, ${heldOut.length} held-out tasks.`,
      gateAdvice({ heldOut: heldOut.length - leftOut.length, rules: gate!, confidence, mode, grant }),
      costAdvice(prepared.started, prepared.spec.configuration),
      timeAdvice(prepared.started, prepared.spec.configuration.limits.hours),
      ...(prepared.leftOut === null ? [] : [prepared.leftOut]),
      ...sharedNote(forge),
      'Its dashboard is the comment below; every self-modification becomes a pull request. `/huxley help` lists what you can ask for.',
    ].join('\n\n');
  }

  /** `r41` for the first run of issue 41, then `r41-2`, `r41-3`, ... @throws HuxleyError `command.running` */
  async #name(forge: Forge, issue: number): Promise<string> {
    const runs = await this.#ofIssue(forge.repository, issue);
    const active = await this.#controller.unfinished(forge.repository);
    const running = runs.find((run) => active.some((key) => key.run === run));
    if (running !== undefined)
      throw new HuxleyError(
        'command.running',
        `Run ${running} of this issue is not over.`,
        'Stop it with `/huxley stop`, or start another run from another issue.',
      );
    return runs.length === 0 ? `r${issue}` : `r${issue}-${runs.length + 1}`;
  }

  async #ofIssue(repository: string, issue: number): Promise<string[]> {
    const found: string[] = [];
    for (const key of await this.#services.store.runs(repository)) {
      const spec = await new RunDocuments(this.#services.store, key).read(DOCUMENTS.spec);
      if (spec?.issue === issue) found.push(key.run);
    }
    // By name, not by time: the clock may have been set back between two runs.
    return found.sort((a, b) => ordinal(a) - ordinal(b));
  }

  /** The run an issue or a variant's pull request belongs to. @throws HuxleyError `command.no-run` */
  async #runOf(forge: Forge, issue: number): Promise<RunKey> {
    const { repository } = forge;
    const run = (await this.#ofIssue(repository, issue)).at(-1) ?? (await this.#ofPull(forge, issue));
    if (run !== undefined) return { repository, run };
    throw new HuxleyError(
      'command.no-run',
      'There is no run here.',
      'Give this command on the issue of a run or on a variant’s pull request, or start a run with `/huxley run`.',
    );
  }

  async #ofPull(forge: Forge, number: number): Promise<string | undefined> {
    const pull = await forge.pull(number).catch((error) => {
      // An issue that is no pull request.
      if (statusOf(error) === 404) return null;
      throw error;
    });
    const run = pull?.own ? parseBranch(pull.head)?.run : undefined;
    const runs = await this.#services.store.runs(forge.repository);
    return runs.find((key) => key.run === run)?.run;
  }

  async #reply(forge: Forge, comment: Comment, text: string): Promise<void> {
    const { id, issue } = comment;
    const marker = markerToString({ kind: 'reply', fields: { to: String(id) } });
    await this.#documents(forge.repository).once(
      REPOSITORY_DOCUMENTS.replied.of(String(id)),
      () => forge.comment(issue, `${text}\n\n${marker}`),
      () => replyTo(forge, comment),
    );
  }

  #documents(repository: string): RunDocuments {
    return new RunDocuments(this.#services.store, { repository, run: NO_RUN });
  }
}

function sharedNote({ shared }: Forge): string[] {
  return shared ? [SHARED_NOTE] : [];
}

/** Which run of its issue it is: 1 for `r41`, 2 for `r41-2`. */
function ordinal(run: string): number {
  return Number(/-(\d+)$/.exec(run)?.[1] ?? 1);
}

/** The id of this App's reply to a comment, as GitHub has it. */
async function replyTo(forge: Forge, { id, issue }: Comment): Promise<number | null> {
  return ownComment(forge, issue, { kind: 'reply', fields: { to: String(id) } });
}

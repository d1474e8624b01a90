import type { Logger } from 'pino';
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
import { statusOf } from '../../github/retry.ts';
import { HuxleyError } from '../../model/error.ts';
import type { Calibrate } from '../../model/event.ts';
import type { RunKey } from '../../store/journal.ts';
import { type Ask, answerOnce, whyNot } from '../begin/answer.ts';
import { begin, runsOfIssue, sharedNote, startedText } from '../begin/begin.ts';
import { calibrationAdvice } from '../calibration/text.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import { measureAdvice } from '../measure/text.ts';
import { prepareRun } from '../start/start-run.ts';
import { NO_RUN, REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import type { Done, OpenRun } from '../state/open-run.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { parseBranch } from '../state/spec.ts';
import { adopt } from './adopt.ts';
import { applyCommand, type RunCommand } from './apply-command.ts';
import { ordinaryPull } from './ordinary-pull.ts';
import { prepareMeasure } from './start-measure.ts';

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
  async handle(
    repository: string,
    comment: Comment,
    { last = false, log = this.#services.log }: { readonly last?: boolean; readonly log?: Logger } = {},
  ): Promise<void> {
    if (comment.byBot || comment.edited) return;
    const parsed = parseCommand(comment.body);
    if (parsed.kind === 'none') return;
    await answerOnce(this.#services, repository, askOf(comment), (forge) =>
      this.#consider(forge, comment, parsed).catch((error) =>
        whyNot(
          { log: log.child({ comment: comment.id }) },
          forge,
          error,
          `\`${parsed.written}\` was not carried out`,
          last,
        ),
      ),
    );
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
    if (authority.kind === 'denied') return `\`${parsed.written}\` was not carried out. ${authority.message}`;
    if (parsed.kind === 'refused')
      return `\`${parsed.written}\` was not carried out: ${parsed.problem}. ${parsed.hint}`;
    return this.#answer(forge, comment, parsed.command);
  }

  /** A reaction is a courtesy: the reply comes without it, too. */
  async #react(forge: Forge, { id }: Comment, reaction: 'eyes' | 'confused'): Promise<void> {
    await forge.react(id, reaction).catch((error) => {
      if (!(error instanceof HuxleyError)) throw error;
      this.#services.log.warn({ repository: forge.repository, comment: id, err: error }, 'no reaction');
    });
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
    return this.#controller.with(key, async (run) => {
      // Whoever had the turn before may have done it.
      const before = await this.#documents(key.repository).read(kept);
      if (before !== undefined) return before;
      return act(run, async (reply, ...events) => {
        const home = { repository: key.repository, run: NO_RUN };
        await run.recordBeside({ key: home, name: kept.name, value: reply }, ...events);
        return reply;
      });
    });
  }

  async #measure(forge: Forge, comment: Comment, options: MeasureOptions): Promise<string> {
    const { signer, store } = this.#services;
    const { author: by, issue: pull } = comment;
    const prepared = await begin(this.#services, this.#controller, forge, askOf(comment), (run) =>
      prepareMeasure(forge, { run, pull, by, options }, new Date(comment.createdAt), signer.publicKey, store),
    );
    const { lowered } = prepared;
    const advice = measureAdvice(prepared.started, prepared.facts);
    return [...advice, ...(lowered === null ? [] : [lowered]), ...sharedNote(forge)].join('\n\n');
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
        named === undefined ? 'No run is in progress.' : `Run ${named} is not in progress.`,
        'Start one with `/huxley run` on an issue.',
      );
    if (others.length === 0) return only;
    throw new HuxleyError(
      'command.which',
      `${found.length} runs are in progress: ${found.join(', ')}.`,
      `Name one: \`/huxley adopt run=${only}\`.`,
    );
  }

  async #start(forge: Forge, comment: Comment, options: RunOptions, calibrate?: Calibrate): Promise<string> {
    const { signer, store } = this.#services;
    const { author: by, issue } = comment;
    const more = { options, ...(calibrate ? { calibrate } : {}) };
    const prepared = await begin(this.#services, this.#controller, forge, askOf(comment), (run) =>
      prepareRun(forge, { run, issue, by, ...more }, new Date(comment.createdAt), signer.publicKey, store),
    );
    if (!calibrate) return startedText(store, forge, prepared);
    return [
      ...calibrationAdvice(prepared.started, prepared.spec.configuration),
      ...(prepared.lowered === null ? [] : [prepared.lowered]),
      ...(prepared.leftOut === null ? [] : [prepared.leftOut]),
      ...sharedNote(forge),
    ].join('\n\n');
  }

  /** The run an issue or a variant's pull request belongs to. @throws HuxleyError `command.no-run` */
  async #runOf(forge: Forge, issue: number): Promise<RunKey> {
    const { repository } = forge;
    const run =
      (await runsOfIssue(this.#services.store, repository, issue)).at(-1) ?? (await this.#ofPull(forge, issue));
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

  #documents(repository: string): RunDocuments {
    return new RunDocuments(this.#services.store, { repository, run: NO_RUN });
  }
}

function askOf({ id, issue, author: by }: Comment): Ask {
  return { id: String(id), issue, by };
}

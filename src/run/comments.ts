import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { RunKey } from '../archive/journal.ts';
import { authorize } from '../command/authorize.ts';
import type { Command, RunOptions } from '../command/command.ts';
import { helpText } from '../command/help.ts';
import { type Parsed, parseCommand } from '../command/parse.ts';
import type { Comment, Forge } from '../github/forge.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import { markerToString, parseMarker } from '../report/marker.ts';
import { applyCommand, type RunCommand } from './apply-command.ts';
import type { Controller, ControllerServices } from './controller.ts';
import { gateAdvice } from './gate-advice.ts';
import { Notes } from './notes.ts';
import { parseBranch, SPEC_NOTE, specSchema } from './spec.ts';
import { prepareRun, startRun } from './start-run.ts';

/** A comment whose answering failed is taken up again after so long. */
const LEASE_SECONDS = 30;

/** Notes about a repository rather than a run. */
export const REPOSITORY_NOTES = '-';

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

  async handle(repository: string, comment: Comment): Promise<void> {
    if (comment.byBot || comment.edited) return;
    const parsed = parseCommand(comment.body);
    if (parsed.kind === 'none') return;
    // A webhook and a sweep may bring the same comment at once, here and in another process.
    const lease = `comment ${repository} ${comment.id}`;
    if (!(await this.#services.store.lease(lease, randomUUID(), LEASE_SECONDS))) return;
    await this.#handle(repository, comment, parsed);
  }

  async #handle(repository: string, comment: Comment, parsed: Exclude<Parsed, { kind: 'none' }>): Promise<void> {
    const notes = this.#notes(repository);
    if ((await notes.read(`answered/${comment.id}`, z.boolean())) === true) return;
    const forge = await this.#services.forges.forge(repository);
    // The notes may be gone with a lost journal; GitHub still knows what was answered.
    if ((await replyTo(forge, comment)) !== null) return notes.write(`answered/${comment.id}`, true);
    const permission = await forge.permission(comment.author);
    const authority = authorize({ login: comment.author, isBot: comment.byBot, permission });
    if (authority.kind === 'ignored') return;
    await forge.react(comment.id, authority.kind === 'denied' || parsed.kind === 'refused' ? 'confused' : 'eyes');
    const reply =
      authority.kind === 'denied'
        ? authority.message
        : parsed.kind === 'refused'
          ? `Not done: ${parsed.problem}. ${parsed.hint}`
          : await this.#answer(forge, comment, parsed.command);
    await this.#reply(forge, comment, reply);
    await notes.write(`answered/${comment.id}`, true);
  }

  async #answer(forge: Forge, comment: Comment, command: Command): Promise<string> {
    try {
      if (command.name === 'help') return helpText();
      if (command.name === 'run') return await this.#start(forge, comment, command.options);
      const key = await this.#runOf(forge, comment.issue);
      return await this.#once(forge, comment, () =>
        this.#controller.with(key, (run) => applyCommand(run, command satisfies RunCommand, comment.author)),
      );
    } catch (error) {
      if (!(error instanceof HuxleyError)) throw error;
      this.#services.log.info(
        { repository: forge.repository, code: error.code, err: messageOf(error) },
        'command refused',
      );
      return `Not done: ${error.message}\n\n${error.remedy}`;
    }
  }

  /** The reply of a command that changes something, which must not be done twice because the process died while replying. */
  async #once(forge: Forge, { id }: Comment, act: () => Promise<string>): Promise<string> {
    const notes = this.#notes(forge.repository);
    const before = await notes.read(`reply/${id}`, z.string());
    if (before !== undefined) return before;
    const reply = await act();
    await notes.write(`reply/${id}`, reply);
    return reply;
  }

  async #start(forge: Forge, comment: Comment, options: RunOptions): Promise<string> {
    const notes = this.#notes(forge.repository);
    const run = (await notes.read(`started/${comment.id}`, z.string())) ?? (await this.#name(forge, comment.issue));
    const request = { run, issue: comment.issue, by: comment.author, options };
    const prepared = await prepareRun(forge, request, new Date(comment.createdAt));
    await notes.write(`started/${comment.id}`, run);
    const key = { repository: forge.repository, run };
    if ((await this.#services.store.read(key)).length === 0) await startRun(forge, prepared, this.#services);
    this.#controller.wake(key, { all: true });
    const { budget, tasks, heldOut, confidence, policy, seed } = prepared.started;
    return [
      `Run **${run}** has started: policy \`${policy.name}\`, seed ${seed}, budget ${budget}, ${tasks.length} search tasks, ${heldOut.length} held-out tasks.`,
      gateAdvice(heldOut.length, confidence, prepared.spec.configuration.merge.mode),
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
      const spec = await new Notes(this.#services.store, key).read(SPEC_NOTE, specSchema);
      if (spec?.issue === issue) found.push(key.run);
    }
    return found;
  }

  /** The run an issue or a variant's pull request belongs to. @throws HuxleyError `command.noRun` */
  async #runOf(forge: Forge, issue: number): Promise<RunKey> {
    const { repository } = forge;
    const run = (await this.#ofIssue(repository, issue)).at(-1) ?? (await this.#ofPull(forge, issue));
    if (run !== undefined) return { repository, run };
    throw new HuxleyError(
      'command.noRun',
      'There is no run here.',
      'Give this command on the issue of a run or on a variant’s pull request, or start a run with `/huxley run`.',
    );
  }

  async #ofPull(forge: Forge, number: number): Promise<string | undefined> {
    const pull = await forge.pull(number).catch(() => null);
    const run = pull?.own ? parseBranch(pull.head)?.run : undefined;
    const runs = await this.#services.store.runs(forge.repository);
    return runs.find((key) => key.run === run)?.run;
  }

  async #reply(forge: Forge, comment: Comment, text: string): Promise<void> {
    const { id, issue } = comment;
    const marker = markerToString({ kind: 'reply', fields: { to: String(id) } });
    await this.#notes(forge.repository).once(
      `replied/${id}`,
      z.int(),
      () => forge.comment(issue, `${text}\n\n${marker}`),
      () => replyTo(forge, comment),
    );
  }

  #notes(repository: string): Notes {
    return new Notes(this.#services.store, { repository, run: REPOSITORY_NOTES });
  }
}

/** The id of this App's reply to a comment, as GitHub has it. */
async function replyTo(forge: Forge, { id, issue }: Comment): Promise<number | null> {
  const mine = (await forge.comments(issue)).find(({ appId, body }) => {
    const found = parseMarker(body);
    return appId === forge.appId && found?.kind === 'reply' && found.fields.to === String(id);
  });
  return mine?.id ?? null;
}

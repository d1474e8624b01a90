import type { Forge } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import type { Occasion } from '../../model/event.ts';
import { accountOf } from '../../model/ids.ts';
import { limitsOf } from '../../model/limits/account-limits.ts';
import { SHARED_NOTE } from '../../report/shared-note.ts';
import type { Store } from '../../store/store.ts';
import { aloneInAccount } from '../limits/account.ts';
import { goingOn } from '../limits/going-on.ts';
import { spentInMonth } from '../limits/month.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import { costAdvice, gateAdvice, timeAdvice } from '../promotion/gate-advice.ts';
import { grantOf, readLedger } from '../promotion/ledger.ts';
import { type PreparedRun, prepareRun, startRun } from '../start/start-run.ts';
import { alone, leaseOn, startOn } from '../state/clock.ts';
import { DOCUMENTS, NO_RUN, REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';
import type { Ask } from './answer.ts';
import { withinAccount } from './within-account.ts';

/** Starts a run, prepared under the name it gets, once however often its ask is seen; gives it as it was started. */
export async function begin<T extends PreparedRun>(
  services: ControllerServices,
  controller: Controller,
  forge: Forge,
  { id, issue }: Ask,
  prepare: (run: string) => Promise<T>,
): Promise<T> {
  const { store } = services;
  const { repository } = forge;
  const documents = new RunDocuments(store, { repository, run: NO_RUN });
  const started = REPOSITORY_DOCUMENTS.started.of(id);
  const begunBy = (run: string) => new RunDocuments(store, { repository, run });
  const start = async () => {
    const before = await documents.read(started);
    // Its process died before the run was there, and another start has taken the name since.
    const taken = before !== undefined && ![undefined, id].includes(await begunBy(before).read(DOCUMENTS.begun));
    const run = before === undefined || taken ? await nameFor(services, controller, repository, issue) : before;
    const asked = await prepare(run);
    const key = { repository, run };
    const [first] = await store.read(key, 0, 1);
    // One that is there already has its room.
    const prepared = first ? asked : await withinAccount(services, controller, repository, asked);
    await begunBy(run).write(DOCUMENTS.begun, id);
    await documents.write(started, run);
    if (first === undefined) await startRun(forge, prepared, services);
    controller.wake(key, { all: true });
    return first?.event.type === 'run.started' ? { ...prepared, started: first.event } : prepared;
  };
  const limits = limitsOf(services.limits, accountOf(repository));
  return aloneInAccount(services, repository, limits, () => alone(startOn(repository, issue), services, start));
}

/** Starts a run that no comment asks for, within the month's budget of those; gives what is said of it. */
export async function beginUnasked(
  services: ControllerServices,
  controller: Controller,
  forge: Forge,
  ask: Ask,
  occasion: Occasion,
): Promise<string> {
  const { store, clock, signer } = services;
  const { repository } = forge;
  const { issue, by } = ask;
  // One at a time spends of the month's budget.
  const prepared = await alone(leaseOn('unasked', repository), services, () =>
    begin(services, controller, forge, ask, async (run) => {
      const now = clock.now();
      const others = ({ occasion }: { readonly occasion?: Occasion }) => occasion !== undefined;
      // One that is there already has its share.
      const isThere = (await store.read({ repository, run }, 0, 1)).length > 0;
      const spentUSD = isThere ? 0 : await spentInMonth(now, store, repository, others);
      const request = { run, issue, by, options: {}, unasked: { occasion, spentUSD } };
      return prepareRun(forge, request, now, signer.publicKey, store);
    }),
  );
  return startedText(store, forge, prepared);
}

/** What is said of a run that has started, as Markdown. */
export async function startedText(
  store: Store,
  forge: Pick<Forge, 'repository' | 'shared'>,
  { started, spec, leftOut, lowered }: PreparedRun,
): Promise<string> {
  const { run, budget, tasks, heldOut, confidence, policy, seed, gate } = started;
  const ledger = grantOf(await readLedger(store, forge.repository), started, {
    evaluations: gate!.evaluations,
    after: 0,
  });
  const { configuration } = spec;
  const { mode } = configuration.merge;
  const sealed = heldOut.length - ledger.leftOut.length;
  return [
    `Run **${run}** has started: policy \`${policy.name}\`, seed ${seed}, budget ${budget}, ${tasks.length} search tasks, ${heldOut.length} held-out tasks.`,
    gateAdvice({ heldOut: sealed, rules: gate!, confidence, mode, grant: ledger.grant }),
    costAdvice(started, configuration),
    ...(lowered === null ? [] : [lowered]),
    timeAdvice(started, configuration.limits.hours),
    ...(leftOut === null ? [] : [leftOut]),
    ...sharedNote(forge),
    'Its dashboard is the comment below; every self-modification becomes a pull request. `/huxley help` lists what you can ask for.',
  ].join('\n\n');
}

/** What is weaker where every workflow of the repository writes under the same name. */
export function sharedNote({ shared }: Pick<Forge, 'shared'>): string[] {
  return shared ? [SHARED_NOTE] : [];
}

/** `r41` for the first run of issue 41, then `r41-2`, `r41-3`, ... @throws HuxleyError `command.running` */
async function nameFor(
  services: ControllerServices,
  controller: Controller,
  repository: string,
  issue: number,
): Promise<string> {
  const { store } = services;
  const runs = await runsOfIssue(store, repository, issue);
  const unfinished = (await controller.unfinished(repository)).filter(({ run }) => runs.includes(run));
  const running = (await goingOn(services, unfinished))[0]?.run;
  if (running !== undefined)
    throw new HuxleyError(
      'command.running',
      `Run ${running} of this issue has not ended.`,
      'Stop it with `/huxley stop`, or start another run from another issue.',
    );
  const documents = new RunDocuments(store, { repository, run: NO_RUN });
  for (let n = runs.length + 1; ; n++) {
    const name = n === 1 ? `r${issue}` : `r${issue}-${n}`;
    // Its branches and evidence are still there.
    if ((await documents.read(REPOSITORY_DOCUMENTS.notRecovered.of(name))) === undefined) return name;
  }
}

/** The names of an issue's runs, the oldest first. */
export async function runsOfIssue(store: Store, repository: string, issue: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const key of await store.runs(repository)) {
    const spec = await new RunDocuments(store, key).read(DOCUMENTS.spec);
    if (spec?.issue === issue) found.push(key.run);
  }
  // By name, not by time: the clock may have been set back between two runs.
  return found.sort((a, b) => ordinal(a) - ordinal(b));
}

/** Which run of its issue it is: 1 for `r41`, 2 for `r41-2`. */
function ordinal(run: string): number {
  return Number(/-(\d+)$/.exec(run)?.[1] ?? 1);
}

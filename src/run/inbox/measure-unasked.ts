import { authorize } from '../../command/authorize.ts';
import { CONFIGURATION_PATH, readConfiguration } from '../../config/configuration.ts';
import type { Configuration } from '../../config/schema.ts';
import type { Forge, PullRequest } from '../../github/forge.ts';
import { PutOff } from '../../github/pace.ts';
import { GitHubRefusal } from '../../github/refusal.ts';
import { HuxleyError } from '../../model/error.ts';
import { accountOf } from '../../model/ids.ts';
import { limitsOf } from '../../model/limits/account-limits.ts';
import { markerToString } from '../../report/text/marker.ts';
import { isDamage } from '../../store/damage.ts';
import type { Store } from '../../store/store.ts';
import { withinAccount } from '../begin/within-account.ts';
import { aloneInAccount } from '../limits/account.ts';
import { goingOn } from '../limits/going-on.ts';
import { spentInMonth } from '../limits/month.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import { followPull } from '../measure/follow-pull.ts';
import { MEASURE_CHECK } from '../measure/tell-verdict.ts';
import { measureAdvice } from '../measure/text.ts';
import { ownComment, wasTaken } from '../publish/own-comment.ts';
import { startRun } from '../start/start-run.ts';
import { alone, leaseOn, startOn } from '../state/clock.ts';
import { DOCUMENTS, NO_RUN, REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { issueOf } from '../state/spec.ts';
import { prepareMeasure } from './start-measure.ts';

/**
 * Measures the head of a pull request that nobody asked to have measured, where the configuration says so: once, within the month's
 * budget, only what somebody with write access has opened from a branch of the repository. Says on the head why not where it cannot.
 */
export async function measureUnasked(
  repository: string,
  number: number,
  services: ControllerServices,
  controller: Controller,
): Promise<void> {
  const { store, forges } = services;
  const forge = await forges.forge(repository);
  const configuration = await configurationNow(forge);
  if (configuration?.measure.on !== 'pull_request') return;
  const pull = await forge.pull(number);
  if (pull.own || pull.fork || pull.draft || !pull.open || !(await mayWrite(forge, pull))) return;
  const documents = new RunDocuments(store, { repository, run: NO_RUN });
  const measured = REPOSITORY_DOCUMENTS.measured.of(pull.headSha);
  const start = async () => {
    if ((await documents.read(measured)) !== undefined || (await isMeasured(repository, number, services, controller)))
      return;
    const came =
      (await begunFor(pull, store, repository)) ??
      (await begin(forge, pull, configuration, services, controller).catch((error) => sayWhyNot(forge, pull, error)));
    await documents.write(measured, came);
  };
  // One at a time spends of the month's budget.
  await alone(leaseOn('measure', repository), services, async () => {
    // A turn may wait for the account, so nothing that holds the account waits for a turn.
    if ((await documents.read(measured)) !== undefined) return;
    const free = await isFree(repository, number, controller).catch((error) => {
      if (isDamage(error)) return sayWhyNot(forge, pull, error);
      throw error;
    });
    // One that cannot be read may go on: the head is told so, once.
    if (typeof free === 'string') return documents.write(measured, free);
    if (!free) return;
    const limits = limitsOf(services.limits, accountOf(repository));
    await aloneInAccount(services, repository, limits, () => alone(startOn(repository, number), services, start));
  });
}

/** The run that was begun for this head without a command before the process died. */
async function begunFor({ number, headSha }: PullRequest, store: Store, repository: string): Promise<string | null> {
  for (const key of await store.runs(repository)) {
    if (issueOf(key.run) !== number) continue;
    // Of an ended one that cannot be read nothing is known.
    const [first] = await store.read(key, 0, 1).catch((error) => {
      if (isDamage(error)) return [];
      throw error;
    });
    const event = first?.event;
    if (event?.type === 'run.started' && event.measure?.unasked && event.measure.head.sha === headSha) return key.run;
  }
  return null;
}

/** Starts it; gives the run. */
async function begin(
  forge: Forge,
  { number, author, headSha }: PullRequest,
  { measure }: Configuration,
  services: ControllerServices,
  controller: Controller,
): Promise<string> {
  const { store, clock, signer, log } = services;
  const { repository } = forge;
  const before = (await store.runs(repository)).filter(({ run }) => issueOf(run) === number).length;
  const run = before === 0 ? `r${number}` : `r${number}-${before + 1}`;
  const now = clock.now();
  const spentUSD = await spentInMonth(now, store, repository, ({ measure }) => measure?.unasked === true);
  const leftUSD = Math.max(0, measure.monthlyUSD - spentUSD);
  const options = { sha: headSha, ...(measure.evaluations === null ? {} : { evaluations: measure.evaluations }) };
  const request = { run, pull: number, by: author, options, leftUSD };
  const asked = await prepareMeasure(forge, request, now, signer.publicKey, store);
  const prepared = await withinAccount(services, controller, repository, asked);
  const advice = { kind: 'reply', fields: { to: headSha } } as const;
  if (before === 0)
    await wasTaken(
      new RunDocuments(store, { repository, run: NO_RUN }).once(
        REPOSITORY_DOCUMENTS.advised.of(headSha),
        () => {
          const paragraphs = measureAdvice(prepared.started, prepared.facts);
          return forge.comment(number, [...paragraphs, markerToString(advice)].join('\n\n'));
        },
        () => ownComment(forge, number, advice),
      ),
      'what a measurement may cost',
      log.child({ repository, issue: number }),
    );
  await new RunDocuments(store, { repository, run }).write(DOCUMENTS.begun, headSha);
  await startRun(forge, prepared, services);
  controller.wake({ repository, run }, { all: true });
  return run;
}

/** Whether no run of the pull request goes on, once what it has outrun is withdrawn. */
async function isFree(repository: string, number: number, controller: Controller): Promise<boolean> {
  for (const key of await controller.unfinished(repository)) {
    if (issueOf(key.run) !== number) continue;
    const over = await controller.with(key, async (run) => {
      if (run.archive.settings.measure) await followPull(run);
      return run.archive.outcome !== null;
    });
    if (!over) return false;
  }
  return true;
}

/** Whether a run of the pull request goes on, by its journal. */
async function isMeasured(
  repository: string,
  number: number,
  services: ControllerServices,
  controller: Controller,
): Promise<boolean> {
  const runs = (await controller.unfinished(repository)).filter(({ run }) => issueOf(run) === number);
  return (await goingOn(services, runs)).length > 0;
}

async function sayWhyNot(forge: Forge, { headSha }: PullRequest, error: unknown): Promise<string> {
  if (!(error instanceof HuxleyError) || error instanceof GitHubRefusal || error instanceof PutOff) throw error;
  const externalId = `unasked:${headSha}`;
  if (!(await forge.checks(headSha)).some((check) => check.externalId === externalId))
    await forge.writeCheck(headSha, {
      ...{ name: MEASURE_CHECK, externalId, title: 'Not measured', text: '', conclusion: 'neutral' },
      summary: `${error.message}\n\n${error.remedy}`,
    });
  return error.code;
}

async function configurationNow(forge: Forge): Promise<Configuration | null> {
  const text = await forge.readFile(CONFIGURATION_PATH, (await forge.facts()).defaultBranch);
  const reading = text === null ? null : readConfiguration(text);
  return reading?.ok ? reading.configuration : null;
}

async function mayWrite(forge: Forge, { author: login }: PullRequest): Promise<boolean> {
  return authorize({ login, isBot: false, permission: await forge.permission(login) }).kind === 'granted';
}

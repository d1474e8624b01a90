import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { SessionStore } from '../../benchmark/bench/store.ts';
import { type Drop, isDrop, REASONS } from '../../benchmark/mine/drop.ts';
import { type Commit, pullRequestOf } from '../../benchmark/mine/history/commit.ts';
import { Repository } from '../../benchmark/mine/history/repository.ts';
import { describe, type Outcome, outcomeSchema, reportText, totalsOf } from '../../benchmark/mine/report.ts';
import { oneLine, terminalLine } from '../../report/text/text.ts';
import { openSandbox } from '../../sandbox/setup/open.ts';
import { holdFolder } from '../bench/hold-folder.ts';
import { abortOnInterrupt } from '../bench/tasks.ts';
import { LiveBlock } from '../terminal/live.ts';
import { terminalSetup } from '../terminal/set-up.ts';
import { type Made, makeTask } from './candidate.ts';
import { Environments } from './environment.ts';
import type { MineOptions } from './options.ts';
import { wordsFrom } from './words.ts';

/** `huxley bench mine`: one commit after the other, until there are enough tasks or no more commits. */
export async function mine(options: MineOptions): Promise<void> {
  const signal = abortOnInterrupt();
  const repository = new Repository(resolve(options.repo));
  const { since, until } = options;
  const commits = await repository.commits({ ...(since && { since }), ...(until && { until }) });
  const out = resolve(options.out);
  using open = await openSandbox(terminalSetup(options.install, signal));
  const block = new LiveBlock();
  const report = (line: string) => block.say(line);
  await holdFolder(join(out, '_mine'), async () => {
    const store = await SessionStore.openFor(outcomeSchema, join(out, '_mine'), sessionOf(options), false);
    const outcomes = commits.flatMap(({ sha }) => store.finished.get(sha) ?? []);
    const tasks = () => outcomes.filter(({ id }) => id !== null).length;
    if (outcomes.length > 0)
      report(`${outcomes.length} commits were looked at before, ${tasks()} tasks made from them`);
    const environments = new Environments(open, options, signal, report);
    const trial = { sandbox: open.sandbox, image: await open.image('sandbox'), signal };
    const wordsOf = wordsFrom(options.github, process.env);
    try {
      for (const commit of commits) {
        if (signal.aborted || tasks() >= options.max) break;
        if (store.finished.has(commit.sha)) continue;
        const at = (step: string) =>
          block.draw([
            `${outcomes.length} of ${commits.length} commits looked at, ${tasks()} tasks`,
            `  … ${commit.sha.slice(0, 9)} ${terminalLine(commit.subject, 60)}: ${step}`,
          ]);
        const started = performance.now();
        const made = await makeTask(commit, {
          repository,
          environments,
          wordsOf,
          trial,
          image: open.image,
          out,
          options,
          at,
        });
        const outcome = outcomeOf(commit, made, (performance.now() - started) / 1000);
        await store.add(outcome);
        outcomes.push(outcome);
        if (options.json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
        else if (outcome.id !== null || !block.isLive) report(describe(outcome, (text) => terminalLine(text, 300)));
      }
    } finally {
      block.clear();
    }
    signal.throwIfAborted();
    const left = commits.length - outcomes.length;
    const name = basename(resolve(options.repo));
    const path = store.write(
      'report.md',
      reportText(name, outcomes, left, (text) => oneLine(text, 500)),
    );
    const totals = totalsOf(outcomes);
    if (options.json) process.stdout.write(`${JSON.stringify({ type: 'done', folder: out, left, ...totals })}\n`);
    else
      process.stdout.write(
        `${[
          `${name}: ${totals.tasks} tasks from ${totals.commits} commits${left > 0 ? `; ${left} were not looked at` : ''}`,
          ...totals.dropped.map(([reason, count]) => `  ${String(count).padStart(5)}  ${REASONS[reason]}`),
          `${out}: the tasks; each commit with its reason in ${path}`,
        ].join('\n')}\n`,
      );
  });
}

function outcomeOf(commit: Commit, made: Made | Drop, seconds: number): Outcome {
  const none = { id: null, failToPass: 0, passToPass: 0, flaky: [], removed: [], leftOut: [] };
  const result = isDrop(made)
    ? { ...none, ...made }
    : {
        ...made,
        flaky: [...made.flaky],
        removed: [...made.removed],
        leftOut: [...made.leftOut],
        reason: null,
        detail: '',
      };
  const { sha, subject, date } = commit;
  return {
    task: sha,
    subject,
    date,
    pullRequest: pullRequestOf(commit),
    ...result,
    seconds: Math.round(seconds * 10) / 10,
  };
}

/** What results must not be mixed of. */
function sessionOf({ repo, format, image, images, build, test, testSeconds, exclude, repeat, github }: MineOptions) {
  const asked = JSON.stringify([format, image, images, build, test, testSeconds, exclude, repeat, github]);
  const digest = `sha256:${createHash('sha256').update(asked).digest('hex')}`;
  return { v: 1, suite: resolve(repo), digest, agent: 'mine', agentDigest: null, model: null } as const;
}

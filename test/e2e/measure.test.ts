import { expect, test } from 'vitest';
import { openPull } from '../support/pull.ts';
import { World } from '../support/world.ts';

const CONFIGURATION = `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 96, concurrency: 3, batch: 6 }
limits: { taskCostUSD: 0.05 }
`;
const skilled = (skill: number) => `${JSON.stringify({ skill, luck: 0.5, seconds: 0 })}\n`;
const at = { owner: 'octo', repo: 'agent' };

test('better, no difference, worse: a check of the commit and a comment say which, and what it cost', async () => {
  await using world = await World.start({ skill: 0.4, tasks: 40, configuration: CONFIGURATION });
  await world.startApp();
  const rooted = skilled(0.4).replace('{', '{ ');
  for (const [text, kind, conclusion] of [
    [skilled(0.95), 'Better', 'success'],
    [rooted, 'No difference shown', 'neutral'],
    [skilled(0.02), 'Worse', 'failure'],
  ] as const) {
    const { number, sha, base } = await openPull(world, `change-${conclusion}`, { 'skill.json': text });
    const reply = await world.reply(number, await world.comment(number, '/huxley measure'));
    expect(reply).toMatch(
      new RegExp(
        `^Measurement \\*\\*r${number}\\*\\* has started: pull request #${number} at \`${sha.slice(0, 12)}\` beside \`${base.slice(0, 12)}\`, where it left main, on 20 search tasks, in up to 2 rounds\\.\n\nIt costs at most \\$4\\.85 and 96 evaluations`,
      ),
    );
    const archive = await world.ended(`r${number}`);
    expect(archive.outcome).toMatchObject({ outcome: 'measured', reason: expect.stringMatching(`^${kind}: `) });
    expect(archive.measured.evaluations).toBeLessThanOrEqual(96);
    expect(archive.opened).toBeNull();
    expect(archive.ignored).toEqual([]);
    const comments = await world.comments(number);
    const summary = comments.filter((body) => body.includes('huxley:summary'));
    expect(summary).toHaveLength(1);
    expect(summary[0]).toContain(`**${kind}**: `);
    expect(summary[0]).toMatch(/90 %: .*An attempt cost .*\d+ evaluations, \$\d/s);
    expect(await world.dashboard(number)).toContain(`measurement of #${number} · ended: measured`);
    const { data } = await world.people.owner.rest.checks.listForRef({
      ...at,
      ref: sha,
      check_name: 'Huxley measurement',
    });
    expect(data.check_runs).toEqual([
      expect.objectContaining({
        conclusion,
        output: expect.objectContaining({ title: expect.stringContaining(kind) }),
      }),
    ]);
    const { data: pull } = await world.people.owner.rest.pulls.get({ ...at, pull_number: number });
    expect(pull).toMatchObject({ state: 'open', merged: false, head: { sha } });
  }
}, 240_000);

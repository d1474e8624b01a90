import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectConsistent } from '../../support/consistency.ts';
import { until, type Way, World } from '../../support/world.ts';

/** Tests of what people ask of a run. */
export function commands(way: Way): void {
  let world: World;
  let issue: number;
  const at = { owner: 'octo', repo: 'agent' };

  beforeAll(async () => {
    world = await World.start({
      way,
      skill: 0.31,
      sound: true,
      luck: 0.8,
      tasks: 16,
      configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: ${way === 'server' ? 40 : 400}, concurrency: 2, batch: 2 }
`,
    });
    await world.startController();
    issue = await world.issue();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const ask = async (body: string, by: 'owner' | 'stranger' = 'owner', on = issue) =>
    world.reply(on, await world.comment(on, body, by));
  const archive = async () => (await world.archive('r1'))!;
  const when = (holds: (now: Awaited<ReturnType<typeof archive>>) => boolean, what: string) =>
    until(
      async () => ((await world.archive('r1')) !== undefined && holds(await archive()) ? true : undefined),
      what,
      120,
    );

  test('people without write access and malformed commands are refused, and start nothing', async () => {
    expect(await ask('/huxley run', 'stranger')).toMatch(/need write access/);
    expect(await ask('/huxley rnu')).toMatch(
      /^`\/huxley rnu` was not carried out: there is no command `rnu`\. Did you mean `\/huxley run`\?/,
    );
    expect(await ask('/huxley run budget=0')).toMatch(/out of range/);
    expect(await ask('/huxley run policy=nonsense')).toMatch(/no policy called 'nonsense'/);
    expect(await ask('/huxley status')).toMatch(/There is no run here/);
    expect(await ask('/huxley help')).toContain('/huxley prune vN');
    for (const silent of ['> /huxley run', '```\n/huxley run\n```', 'please /huxley run'])
      await world.comment(issue, silent);
    await world.github.idle();
    expect((await world.comments(issue)).filter((body) => body.includes('huxley:reply'))).toHaveLength(6);
    expect(await world.archive('r1')).toBeUndefined();
  });

  test('a refused command is answered by a reaction, too', async () => {
    const id = await world.comment(issue, '/huxley dance');
    await world.reply(issue, id);
    const { data } = await world.people.owner.rest.reactions.listForIssueComment({ ...at, comment_id: id });
    expect(data.map(({ content }) => content)).toEqual(['confused']);
  });

  test('a run starts once, and one issue has one at a time', async () => {
    expect(await ask('/huxley run seed=2')).toContain('Run **r1** has started');
    expect(await ask('/huxley run')).toContain('Run r1 of this issue has not ended.');
  });

  test('pause starts nothing new, resume goes on', async () => {
    await when(({ search }) => search.expansionsMade >= 1, 'a variant');
    expect(await ask('/huxley pause')).toMatch(/^Paused/);
    await when(({ jobs }) => jobs.size === 0, 'work in flight to end');
    const before = (await archive()).decisions;
    expect(await ask('/huxley pause')).toMatch(/is paused: it cannot be paused/);
    await world.sweep();
    expect((await archive()).decisions).toBe(before);
    expect(await ask('/huxley explain v1')).toMatch(/\*\*v1\*\* is /);
    expect(await ask('/huxley explain v77')).toMatch(/Run r1 has no v77/);
  });

  test('prune closes the pull request; reopening it brings the variant back; closing it prunes', async () => {
    expect(await ask('/huxley prune v1')).toMatch(/out of the search/);
    const pull = (await world.people.owner.rest.pulls.list({ ...at, state: 'all', head: 'octo:huxley/r1/v1' }))
      .data[0]!;
    const state = async () => (await world.people.owner.rest.pulls.get({ ...at, pull_number: pull.number })).data.state;
    await until(async () => ((await state()) === 'closed' ? true : undefined), 'the pull request to be closed');
    expect((await archive()).search.variants[1]?.active).toBe(false);
    await world.people.owner.rest.pulls.update({ ...at, pull_number: pull.number, state: 'open' });
    await when(({ search }) => search.variants[1]?.active === true, 'v1 to come back');
    await world.people.owner.rest.pulls.update({ ...at, pull_number: pull.number, state: 'closed' });
    await when(({ search }) => search.variants[1]?.active === false, 'v1 to be pruned');
    await world.people.owner.rest.pulls.update({ ...at, pull_number: pull.number, state: 'open' });
    await when(({ search }) => search.variants[1]?.active === true, 'v1 to come back again');
  });

  test("a person's commit on a variant's branch is neither measured nor merged, and that is said", async () => {
    const { sha } = (await archive()).search.variants[1]!;
    const moved = (await world.put('NOTE.md', 'hello\n', { branch: 'huxley/r1/v1' })).slice(0, 12);
    await until(
      async () => ((await world.dashboard(issue)).includes(moved) ? true : undefined),
      'the dashboard to say so',
    );
    expect((await archive()).search.variants[1]?.sha).toBe(sha);
    expect(await ask('/huxley resume')).toBe((await world.comments(issue)).at(-1));
    expect(await ask('/huxley evaluate v1')).toMatch(/Measuring v1 (on 2 more|once more on \d+) search tasks?/);
    await when(({ jobs }) => [...jobs.values()].every(({ variant }) => variant !== 'v1'), 'v1 to be measured');
    const measured = new Set<string>();
    for (const run of (
      await world.people.owner.rest.actions.listWorkflowRunsForRepo({ ...at, per_page: 100 })
    ).data.workflow_runs.filter(({ path }) => path.endsWith('/huxley.yml')))
      measured.add(run.head_branch ?? '');
    expect([...measured]).toEqual(['main']);
  });

  test('an edited or deleted dashboard is restored', async () => {
    const find = async () => {
      const { data } = await world.people.owner.rest.issues.listComments({ ...at, issue_number: issue, per_page: 100 });
      return data.find(({ body }) => body?.includes('huxley:dashboard'));
    };
    const first = (await find())!;
    await world.people.owner.rest.issues.updateComment({ ...at, comment_id: first.id, body: 'scribble' });
    await until(async () => ((await find()) ? true : undefined), 'the dashboard to be restored');
    await world.people.owner.rest.issues.deleteComment({ ...at, comment_id: (await find())!.id });
    await until(async () => ((await find()) ? true : undefined), 'the dashboard to be written again');
  });

  test('stop finishes work in flight and goes on to the comparison; a second stop ends that', async () => {
    expect(await ask('/huxley prove')).toContain('you can buy more evidence once it has ended');
    expect(await ask('/huxley prove evaluations=1')).toMatch(/out of range/);
    expect(await ask('/huxley prune v2')).toContain('out of the search');
    expect(await ask('/huxley stop')).toMatch(/^The search stops once/);
    await when(({ status }) => status === 'judging' || status === 'ended', 'the search to end');
    await world.comment(issue, '/huxley stop');
    const ended = await world.ended('r1');
    expect(['stopped', 'nothing', 'offered', 'failed']).toContain(ended.outcome?.outcome);
    expect(await ask('/huxley pause')).toMatch(/is over/);
    expect(await ask('/huxley prove v2')).toContain('v2 was taken out of the search');
    await expectConsistent(world, 'r1', ended);
  });

  test('a broken configuration starts nothing and is reported at its line, in the reply and on the commit that broke it', async () => {
    const broken = await world.put(
      '.github/huxley.yml',
      'version: 1\nagent: { solve: x }\nbenchmark: { suite: tasks }\nsearch:\n  budgett: 3\n',
    );
    const second = await world.issue('Another');
    expect(await ask('/huxley run', 'owner', second)).toContain(
      '.github/huxley.yml:5:3 search.budgett: this key is not known',
    );
    expect(await world.archive(`r${second}`)).toBeUndefined();
    const text = 'version: 1\nagent: { solve: x }\nmodels: { solve: mine-1 }\nbenchmark: { suite: nowhere }\n';
    await world.put('.github/huxley.yml', text);
    const reply = await ask('/huxley run', 'owner', second);
    expect(reply).toContain('3 things keep the run from starting.');
    expect(reply).toContain(`Add this line on the default branch: \`${world.keyLine.trim()}\`.`);
    expect(reply).toContain("no price is known for model 'mine-1'");
    expect(reply).toContain('`nowhere/` is neither a folder on the default branch nor a suite.');
    await world.put('.github/huxley.yml', `${text}app: { publicKeys: [ed25519:${'A'.repeat(43)}] }\n`);
    const other = await ask('/huxley run', 'owner', second);
    expect(other).toContain(`does not name the key that ${world.botLogin} signs its orders with now`);
    expect(other).toContain(`[ed25519:${'A'.repeat(43)}, ${world.keyLine.split('[')[1]!.trim()}`);
    const check = await until(async () => {
      const runs = await world.people.owner.rest.checks.listForRef({ ...at, ref: broken });
      return runs.data.check_runs.find(({ name }) => name === 'Huxley configuration');
    }, 'the check run');
    expect(check).toMatchObject({ conclusion: 'failure', output: { annotations_count: 1 } });
  });
}

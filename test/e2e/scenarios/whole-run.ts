import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Archive } from '../../../src/archive/archive.ts';
import { parseEvidence } from '../../../src/report/evidence.ts';
import { evidenceCheck } from '../../../src/run/publish/publish-evidence.ts';
import { recoverRun } from '../../../src/run/recover.ts';
import { parseTrailers } from '../../../src/run/state/trailers.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { expectPublished, type GraphqlRequest } from '../../support/graphql.ts';
import { until, type Way, World, type WorldSpec } from '../../support/world.ts';

interface Spec {
  readonly way: Way;
  /** Of the configuration: budget, concurrency and batch. */
  readonly search: string;
  /** Whether writes are saved, as while an account has few of them left. */
  readonly saved: boolean;
  readonly spec?: WorldSpec;
}

/** Tests of a whole run, from the command to the merge: what GitHub holds of it then. */
export function wholeRun({ way, search, saved, spec }: Spec): void {
  let world: World;
  let issue: number;
  let started: string;
  let archive: Archive;
  const written = new Map<string, number>();
  const asked: GraphqlRequest[] = [];

  beforeAll(async () => {
    world = await World.start({
      way,
      skill: 0.3,
      luck: 0.9,
      tasks: 40,
      configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, ${search} }
merge: { mode: ${way === 'token' ? 'manual' : 'auto'} }
`,
      observe({ method, route, requestBody }) {
        if (method === 'GET' || route === null) return;
        written.set(route, (written.get(route) ?? 0) + 1);
        if (route === 'POST /graphql') asked.push(requestBody as GraphqlRequest);
      },
      ...spec,
    });
    await world.startController();
    issue = await world.issue();
    started = await world.reply(issue, await world.comment(issue, '/huxley run seed=1'));
    archive = await world.ended('r1');
    if (way === 'token') await accept();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const at = { owner: 'octo', repo: 'agent' };

  /** A person approves what is offered, and merges it once it is no draft any more. */
  async function accept(): Promise<void> {
    const { pulls } = world.people.owner.rest;
    const { shipped } = archive.outcome!;
    const [pull] = (await pulls.list({ ...at, head: `octo:huxley/r1/${shipped}` })).data;
    const one = { ...at, pull_number: pull!.number };
    await pulls.createReview({ ...one, event: 'APPROVE' });
    await until(async () => (await pulls.get(one)).data.draft === false || undefined, 'the draft to be made ready');
    await pulls.merge(one);
  }
  const git = (...args: string[]) => world.git(args);

  test('the first reply says what runs and what the gate can accept', () => {
    expect(started).toContain(
      `Run **r1** has started: policy \`hgm\`, seed 1, ${search.split(',')[0]!.replace(':', '')}, 20 search tasks, 20 held-out tasks.`,
    );
    expect(started).toContain('which takes at least 5 fixed and none broken');
  });

  test('git holds the lineage: branches, parents, trailers', () => {
    expect(git('rev-parse', 'huxley/r1/v0')).toBe(archive.settings.root.sha);
    for (const variant of archive.search.variants) {
      if (!variant || variant.number === 0 || variant.state !== 'live') continue;
      const parent = archive.search.variants[variant.parent]!;
      expect(git('rev-parse', `${variant.sha}^`)).toBe(parent.sha);
      expect(git('rev-parse', `${variant.sha}^{tree}`)).toBe(variant.tree);
      const message = git('log', '-1', '--format=%B', variant.sha!);
      expect(Object.fromEntries(parseTrailers(message))).toMatchObject({
        'huxley-run': 'r1',
        'huxley-variant': variant.id,
        'huxley-parent': parent.id,
        'skip-checks': 'true',
      });
      expect(message.trimEnd().endsWith('\nskip-checks: true')).toBe(true);
      if (variant.id !== archive.outcome?.shipped)
        expect(git('rev-parse', `huxley/r1/${variant.id}`)).toBe(variant.sha);
    }
  });

  test('every variant has one pull request against its parent, and the losers are closed', async () => {
    const { data } = await world.people.owner.rest.pulls.list({ ...at, state: 'all', per_page: 100 });
    const made = archive.search.variants.filter((variant) => variant && variant.number > 0 && variant.sha);
    expect(new Set(data.map(({ head }) => head.ref)).size).toBe(data.length);
    for (const variant of made) {
      const pull = data.find(({ head }) => head.ref === `huxley/r1/${variant!.id}`)!;
      const shipped = variant!.id === archive.outcome?.shipped;
      // The children of what was merged go where their parent went.
      const onMain = shipped || (`v${variant!.parent}` === archive.outcome?.shipped && variant!.state === 'live');
      expect(pull.base.ref).toBe(onMain ? 'main' : `huxley/r1/v${variant!.parent}`);
      expect(pull.state).toBe('closed');
      expect(pull.merged_at !== null).toBe(shipped);
      if (!shipped)
        expect(pull.body).toMatch(/^> Closed: the run ended and chose v\d+(, which includes the change of v\d+)?\./);
    }
  });

  test('one merge commit brings in the measured tree, by a commit without the skip trailer', () => {
    const { shipped } = archive.outcome!;
    expect(archive.outcome).toMatchObject({ outcome: way === 'token' ? 'offered' : 'merged' });
    const tree = archive.search.variants.find((variant) => variant?.id === shipped)!.tree;
    expect(git('rev-parse', 'main^{tree}')).toBe(tree);
    expect(git('rev-parse', 'main^1')).toBe(archive.settings.root.sha);
    expect(git('log', '-1', '--format=%B', 'main^2')).not.toMatch(/skip-checks/);
    expect(git('rev-parse', 'main^2^{tree}')).toBe(tree);
    expect(git('rev-list', '--count', '--merges', 'main')).toBe('1');
  });

  test('the evidence check runs, all by the App, hold the whole journal', async () => {
    const held: unknown[] = [];
    for (const variant of archive.search.variants) {
      if (!variant?.sha) continue;
      const runs = await world.people.owner.paginate(world.people.owner.rest.checks.listForRef, {
        ...at,
        ref: variant.sha,
        filter: 'all',
        per_page: 100,
      });
      // Workflow runs have check runs of their own, by the Actions app.
      const own = runs.filter((check) => world.wrote(check));
      for (const { output } of own) held.push(...parseEvidence(output.text ?? ''));
      if (variant.own.resolved + variant.own.unresolved > 0)
        expect(own.some(({ name }) => name === evidenceCheck('r1'))).toBe(true);
    }
    const entries = await world.entries('r1');
    const bySeq = (held as { seq: number }[]).sort((a, b) => a.seq - b.seq);
    expect(bySeq.map(({ seq }) => seq)).toEqual(entries.map(({ seq }) => seq));
    expect(bySeq.slice(1)).toEqual(entries.slice(1));
  });

  test('the commit that was merged says its verdict, once, and holds nothing of the journal', async () => {
    const { shipped } = archive.outcome!;
    const { gate } = archive;
    const { data } = await world.people.owner.rest.checks.listForRef({
      ...at,
      ref: git('rev-parse', 'main^2'),
      filter: 'all',
    });
    const own = data.check_runs.filter((check) => world.wrote(check));
    expect(own).toMatchObject([
      {
        name: evidenceCheck('r1'),
        conclusion: 'success',
        output: { title: `${shipped}: ${gate!.variant}/${gate!.n} held-out tasks, root ${gate!.root}/${gate!.n}` },
      },
    ]);
    expect(own[0]!.output.summary).toContain(archive.search.variants.find((variant) => variant?.id === shipped)!.sha);
    expect(parseEvidence(own[0]!.output.text ?? '')).toEqual([]);
  });

  test('the issue holds a reply, one dashboard and a summary, and the numbers add up', async () => {
    const comments = await world.comments(issue);
    expect(comments.filter((body) => body.includes('huxley:dashboard'))).toHaveLength(1);
    expect(comments.filter((body) => body.includes('huxley:summary'))).toHaveLength(1);
    expect(comments).toHaveLength(4);
    expect(comments.find((body) => body.includes('huxley:dashboard'))).toContain(
      way === 'token' ? 'ended: ready for a person to merge' : 'ended: merged',
    );
    expect(archive.ignored).toEqual([]);
    expect(archive.jobs.size).toBe(0);
  });

  test('GitHub alone gives the whole journal back, the verdict on the promotion commit counted nowhere', async () => {
    const forge = await world.forge();
    await using store = await openSqlite(join(world.folder, 'recovered.sqlite'));
    const recovered = await recoverRun(forge, store, 'r1');
    const entries = await world.entries('r1');
    expect(recovered).toEqual({ run: 'r1', entries: entries.length, orphans: [] });
    expect((await store.read({ repository: 'octo/agent', run: 'r1' })).slice(1)).toEqual(entries.slice(1));
  });

  test('checks, pull requests and most commits go by GraphQL while writes are saved, and only then', () => {
    const count = (route: string) => written.get(route.replace(' /', ' /repos/{owner}/{repo}/')) ?? 0;
    const made = archive.search.variants.filter((variant) => variant && variant.number > 0 && variant.sha).length;
    expect(count('POST /check-runs') > made).toBe(!saved);
    expect(count('POST /pulls') >= made).toBe(!saved);
    expect(count('POST /git/trees') >= made).toBe(!saved);
    expect((written.get('POST /graphql') ?? 0) > 1).toBe(saved);
    for (const request of asked) expectPublished(request);
  });
}

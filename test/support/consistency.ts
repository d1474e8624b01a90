import assert from 'node:assert/strict';
import type { Octokit } from '@octokit/rest';
import { type Archive, budgetUsed } from '../../src/archive/archive.ts';
import { parseMarker } from '../../src/report/text/marker.ts';
import type { World } from './world.ts';

/** Where a run is, and who may look. */
interface Place {
  readonly owner: string;
  readonly repo: string;
  readonly person?: Octokit;
}

/** Whatever went wrong on the way: nothing counted twice, nothing lost, nothing said or opened twice, the budget kept. */
export async function expectConsistent(
  world: World,
  run: string,
  archive: Archive,
  { owner, repo, person = world.people.owner }: Place = { owner: 'octo', repo: 'agent' },
): Promise<void> {
  let repeats = 0;
  const done = (await world.entries(run, `${owner}/${repo}`)).flatMap(({ event }) => {
    if (event.type === 'heldout.repeated') repeats++;
    return event.type === 'evaluation.done'
      ? [`${event.split} ${repeats} ${event.round ?? 0} ${event.variant} ${event.task}`]
      : [];
  });
  assertEachOnce(done, 'results');
  assert.equal(archive.jobs.size, 0);
  assert.deepEqual(archive.ignored, []);
  assert.ok(budgetUsed(archive) <= archive.settings.budget, 'the budget is kept');

  const at = { owner, repo };
  const pulls = await person.paginate(person.rest.pulls.list, { ...at, state: 'all', per_page: 100 });
  const heads = pulls.map(({ head }) => head.ref).sort();
  assertEachOnce(heads, 'pull requests');
  const live = archive.search.variants.flatMap((variant) =>
    variant?.state === 'live' && variant.number > 0 ? [`huxley/${run}/${variant.id}`] : [],
  );
  for (const head of live) assert.ok(heads.includes(head), `${head} has a pull request`);

  const issue_number = Number(/^r(\d+)/.exec(run)![1]);
  const comments = await person.paginate(person.rest.issues.listComments, { ...at, issue_number, per_page: 100 });
  const said = comments.flatMap(({ body }) => {
    const marker = parseMarker(body ?? '');
    return marker ? [`${marker.kind} ${JSON.stringify(marker.fields)}`] : [];
  });
  assertEachOnce(said, 'comments');
  // A run ends once more each time a person has bought evidence for it.
  for (const [kind, times] of [
    ['dashboard', 1],
    ['summary', 1 + archive.extensions],
  ] as const)
    assert.equal(said.filter((text) => text.startsWith(kind)).length, times, `${times} ${kind}`);

  const ids: string[] = [];
  for (const variant of archive.search.variants) {
    if (!variant?.sha) continue;
    const checks = await person.paginate(person.rest.checks.listForRef, {
      ...at,
      ref: variant.sha,
      filter: 'all',
      per_page: 100,
    });
    ids.push(...checks.flatMap((check) => (check.app?.id === world.botId ? [check.external_id ?? ''] : [])));
  }
  assertEachOnce(ids, 'check runs');
}

function assertEachOnce(items: readonly string[], what: string): void {
  assert.equal(new Set(items).size, items.length, `each of the ${what} once`);
}

/** What of a run must not depend on when things happened: everything but times, costs and commit names. */
export function essence(archive: Archive): unknown {
  return {
    decisions: archive.decisions,
    outcome: archive.outcome && { outcome: archive.outcome.outcome, shipped: archive.outcome.shipped },
    gate: archive.gate,
    variants: archive.search.variants.map(
      (variant) =>
        variant && {
          id: variant.id,
          parent: variant.parent,
          operator: variant.operator,
          state: variant.state,
          tree: variant.tree,
          cells: [...variant.cells],
          summary: variant.summary,
        },
    ),
    heldOut: [...archive.heldOut].map(([variant, rounds]) => [variant, rounds.map(({ codes }) => [...codes])]),
  };
}

import { expect } from 'vitest';
import { type Archive, budgetUsed } from '../../src/archive/archive.ts';
import { parseMarker } from '../../src/report/text/marker.ts';
import type { World } from './world.ts';

/** Whatever went wrong on the way: nothing counted twice, nothing lost, nothing said or opened twice, the budget kept. */
export async function expectConsistent(world: World, run: string, archive: Archive): Promise<void> {
  let repeats = 0;
  const done = (await world.entries(run)).flatMap(({ event }) => {
    if (event.type === 'heldout.repeated') repeats++;
    return event.type === 'evaluation.done' ? [`${event.split} ${repeats} ${event.variant} ${event.task}`] : [];
  });
  expect(new Set(done).size).toBe(done.length);
  expect(archive.jobs.size).toBe(0);
  expect(archive.ignored).toEqual([]);
  expect(budgetUsed(archive)).toBeLessThanOrEqual(archive.settings.budget);

  const at = { owner: 'octo', repo: 'agent' };
  const { owner } = world.people;
  const pulls = await owner.paginate(owner.rest.pulls.list, { ...at, state: 'all', per_page: 100 });
  const heads = pulls.map(({ head }) => head.ref).sort();
  expect(new Set(heads).size).toBe(heads.length);
  const live = archive.search.variants.flatMap((variant) =>
    variant?.state === 'live' && variant.number > 0 ? [`huxley/${run}/${variant.id}`] : [],
  );
  expect(heads).toEqual(expect.arrayContaining(live));

  const comments = await world.comments(Number(/^r(\d+)/.exec(run)![1]));
  const said = comments.flatMap((body) => {
    const marker = parseMarker(body);
    return marker ? [`${marker.kind} ${JSON.stringify(marker.fields)}`] : [];
  });
  expect(new Set(said).size).toBe(said.length);
  expect(said.filter((text) => text.startsWith('dashboard'))).toHaveLength(1);
  expect(said.filter((text) => text.startsWith('summary'))).toHaveLength(1);

  const ids: string[] = [];
  for (const variant of archive.search.variants) {
    if (!variant?.sha) continue;
    const checks = await owner.paginate(owner.rest.checks.listForRef, {
      ...at,
      ref: variant.sha,
      filter: 'all',
      per_page: 100,
    });
    ids.push(...checks.flatMap((check) => (check.app?.id === world.app.id ? [check.external_id ?? ''] : [])));
  }
  expect(new Set(ids).size).toBe(ids.length);
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
    heldOut: [...archive.heldOut].map(([variant, cells]) => [variant, [...cells]]),
  };
}

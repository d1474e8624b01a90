import { expect, test } from 'vitest';
import type { Exchange } from '../../../src/local-github/http/exchange.ts';
import { expectConsistent } from '../../support/consistency.ts';
import { World } from '../../support/world.ts';

/** After how many writes the first tick is killed, the second, ...: every one of the first, then further apart. */
const MOMENTS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22];

test('the runner of tick after tick is lost, each a write later: nothing twice, nothing lost', async () => {
  let world: World | undefined;
  let running = 0;
  let writes = 0;
  let kills = 0;
  /** Counts what a tick writes: states as artifacts, and everything else by the API. */
  const wrote = () => {
    const now = world!.controller!.runs(['in_progress']).at(-1);
    if (now === undefined || kills === MOMENTS.length) return;
    if (now.id !== running) [running, writes] = [now.id, 0];
    if (++writes < MOMENTS[kills]!) return;
    kills++;
    [running, writes] = [0, Number.NEGATIVE_INFINITY];
    world!.github.actions.scheduler.loseRunner(now.id);
  };
  const observe = ({ method, route }: Exchange) => {
    if (world !== undefined && method !== 'GET' && route !== null && !route.includes('/dispatches')) wrote();
  };
  world = await World.start({
    way: 'token',
    luck: 0.9,
    tasks: 16,
    halfHourMs: 200,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 12, concurrency: 3, batch: 4 }
`,
    observe,
  });
  await using _ = world;
  world.github.hub.raw.unshift((_request, _response, { pathname }) => {
    // A state is either not there yet, or there and nothing that rests on it is.
    if (pathname.endsWith('/FinalizeArtifact')) wrote();
    return false;
  });
  await world.startController();
  await world.run('seed=3');
  const archive = await world.ended('r1');
  expect(kills).toBe(MOMENTS.length);
  expect(world.controller!.runs().filter(({ conclusion }) => conclusion === 'failure')).toHaveLength(kills);
  expect(archive.outcome).not.toBeNull();
  await expectConsistent(world, 'r1', archive);
});

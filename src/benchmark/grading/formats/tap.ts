import type { TestOutcome } from '../plan.ts';
import { type Reported, type Results, resultsOf } from './results.ts';

const POINT = /^((?: {4})*)(not )?ok\b(?: +(\d+))?(?: +-)?(.*)$/;
const PLAN = /^((?: {4})*)1\.\.(\d+)(?:\s|$)/;
const DIRECTIVE = /(?<!\\)#\s*(?:skip|todo)/i;
const MOST_DEPTH = 50;

/** The tests of one level, and how many it said there would be. */
interface Level {
  readonly reported: Reported[];
  points: number;
  planned: number | null;
  plans: number;
}

/**
 * The Test Anything Protocol, 12 to 14. An id is the descriptions of a test and of what it lies in, or its number where it has none:
 * `twice > two`. What is to do counts as skipped. Complete when every level has one plan and as many tests, and nobody bailed out.
 */
export function readTap(text: string): Results {
  const levels: Level[] = [];
  const at = (depth: number): Level => {
    while (levels.length <= depth) levels.push({ reported: [], points: 0, planned: null, plans: 0 });
    return levels[depth]!;
  };
  let complete = true;
  // The end of a level: that of what lies in it, too.
  const close = (depth: number): readonly Reported[] => {
    for (const level of levels.slice(depth)) complete &&= level.plans === 1 && level.planned === level.points;
    complete &&= levels.length <= depth + 1;
    const reported = levels[depth]?.reported ?? [];
    levels.length = Math.min(levels.length, depth);
    return reported;
  };
  let block: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    // A YAML block belongs to the test before it, whatever it quotes.
    if (block !== null) {
      if (line === `${block}...`) block = null;
      continue;
    }
    block = /^( +)---\s*$/.exec(line)?.[1] ?? null;
    if (/^ *Bail out!/.test(line)) complete = false;
    const plan = PLAN.exec(line);
    const point = POINT.exec(line);
    const depth = ((plan ?? point)?.[1]?.length ?? 0) / 4;
    if (depth > MOST_DEPTH) complete = false;
    else if (plan) {
      at(depth).plans++;
      at(depth).planned = Number(plan[2]);
    } else if (point) {
      const inner = levels.length > depth + 1 ? close(depth + 1) : [];
      const level = at(depth);
      level.points++;
      const name = nameOf(point[4]!) || (point[3] ?? String(level.points));
      level.reported.push(...inner.map(([path, outcome]): Reported => [[name, ...path], outcome]), [
        [name],
        outcomeOf(point[2] !== undefined, point[4]!),
      ]);
    }
  }
  complete &&= block === null && levels.length > 0;
  return resultsOf(close(0), complete);
}

function nameOf(rest: string): string {
  return rest
    .replace(/(?<!\\)#.*$/s, '')
    .replace(/\\([#\\])/g, '$1')
    .trim();
}

function outcomeOf(not: boolean, rest: string): TestOutcome {
  return DIRECTIVE.test(rest) ? 'skipped' : not ? 'failed' : 'passed';
}

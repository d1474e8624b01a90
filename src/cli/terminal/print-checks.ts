import type { Check } from '../../sandbox/setup/examine.ts';
import { wrap } from './print.ts';

const MARK = { ok: '✓', note: '·', missing: '✗' } as const;

/**
 * Checks as people read them: names in a column, what to do below what is wrong, and at the end whether anything is.
 *
 * @param columns of the terminal; `null` where lines are not broken
 */
export function checksText(checks: readonly Check[], columns: number | null): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const line = (text: string) => (columns === null ? text : wrap(text, columns));
  return [
    ...checks.flatMap(({ state, name, detail, remedy, link }) => [
      line(`${MARK[state]} ${name.padEnd(width)}  ${detail}`),
      ...(remedy === null ? [] : [line(`  ${' '.repeat(width)}  → ${remedy}`)]),
      // Never broken: it is there to be clicked.
      ...(link === undefined ? [] : [`  ${' '.repeat(width)}    ${link}`]),
    ]),
    '',
    line(verdict(checks)),
    '',
  ].join('\n');
}

function verdict(checks: readonly Check[]): string {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const notes = count('note') === 0 ? '' : ` ${count('note')} marked · can wait, or need a look.`;
  return count('missing') === 0 ? `Ready.${notes}` : `Not ready: fix what is marked ✗ (${count('missing')}).${notes}`;
}

/** What the process of a check ends with: 1 where something that is needed is missing. */
export function checksExit(checks: readonly Check[]): number {
  return checks.some(({ state }) => state === 'missing') ? 1 : 0;
}

import { enoughRow, jobsText, LOSS, type StudyRow } from '../../simulation/study.ts';
import type { SimulateOptions } from './options.ts';

/** The study as people read it in a terminal. */
export function studyTable(rows: readonly StudyRow[], options: SimulateOptions, seconds: number): string {
  const lines: string[] = [];
  const width = Math.max(...rows.map(({ policy }) => policy.length), 6);
  const versus = rows.some((row) => row.versus);
  let section = '';
  for (const row of rows) {
    const title = `${row.landscape}, budget ${row.budget}, ${jobsText(row)} jobs x tasks (root ${row.root.mean.toFixed(3)}, ${row.seeds} seeds)`;
    if (title !== section) {
      section = title;
      lines.push(
        '',
        title,
        `  ${'policy'.padEnd(width)}  shipped      best in tree variants evals  hours promoted below  covers belief  dec/s${versus ? `  against ${options.against}` : ''}`,
      );
    }
    lines.push(`  ${row.policy.padEnd(width)}  ${cells(row).join('  ')}`);
  }
  lines.push(...enoughLines(rows));
  lines.push(
    '',
    'shipped, best in tree: true utility, mean ± standard error. evals: evaluations used, as the HGM paper counts (expansions free);',
    `the budget also counts ${options.expansionCost} for each expansion. below: shipped more than ${LOSS} below the root. covers: the reported`,
    '90 % interval of the gain (held-out comparison) holds the true one; belief: that of the search itself.',
    `Simulated: real agents and tasks are not made this way. ${seconds.toFixed(0)} s.`,
    '',
  );
  return lines.slice(1).join('\n');
}

/** Where more jobs stop helping, for each landscape and policy that was simulated with several numbers of them. */
function enoughLines(rows: readonly StudyRow[]): string[] {
  const lines = [...Map.groupBy(rows, ({ landscape }) => landscape)].flatMap(([landscape, own]) =>
    [...new Set(own.map(({ policy }) => policy))].flatMap((policy) => {
      const row = enoughRow(own, policy);
      return row ? [`  ${landscape}, ${policy} at ${row.budget}: ${row.concurrency}`] : [];
    }),
  );
  if (lines.length === 0) return [];
  const meaning =
    'Jobs at once beyond which more stop helping: the next number of them saves less than a fifth of the hours for each doubling,';
  return ['', meaning, 'or loses more than a fifth of the gain.', ...lines];
}

function cells(row: StudyRow): string[] {
  const { shipped, best, versus } = row;
  return [
    `${shipped.mean.toFixed(3)} ±${shipped.se.toFixed(3)}`,
    `${best.mean.toFixed(3)} ±${best.se.toFixed(3)}`,
    row.variants.toFixed(0).padStart(5),
    row.evaluations.toFixed(0).padStart(5),
    row.hours.toFixed(1).padStart(5),
    percent(row.promoted),
    percent(row.belowRoot),
    percent(row.coverage),
    percent(row.beliefCoverage),
    String(row.decisionsPerSecond).padStart(6),
    ...(versus ? [`${versus.mean >= 0 ? '+' : ''}${versus.mean.toFixed(3)} ±${versus.se.toFixed(3)}`] : []),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`.padStart(6);
}

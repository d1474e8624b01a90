import { enoughRow, jobsText, type StudyRow } from './study.ts';

const WIDTH = 360;
const HEIGHT = 250;
const LEFT = 44;
const TOP = 34;
const RIGHT = 12;
const BOTTOM = 34;
/** Distinct in light and dark and for most colour-blind readers (after Okabe and Ito 2008); dashes tell apart what colours do not. */
const COLOURS = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#b58900', '#56b4e9', '#7f7f7f', '#8a6d3b'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];

/** One line of a panel. */
interface Series {
  readonly name: string;
  readonly policy: string;
  readonly jobs: string;
}

/** What a panel has on its horizontal axis. */
interface Axis {
  readonly title: string;
  readonly value: (row: StudyRow) => number;
  /** Place on the axis before scaling. */
  readonly scale: (value: number) => number;
  readonly ticks: (values: readonly number[]) => number[];
}

const BUDGET: Axis = {
  title: 'budget',
  value: ({ budget }) => budget,
  scale: (budget) => budget,
  ticks: (budgets) => [...new Set(budgets)],
};

/** Logarithmic: one job and thirty-two are far apart. */
const HOURS: Axis = {
  title: 'hours',
  value: ({ hours }) => hours,
  scale: Math.log,
  ticks: (hours) => {
    const [low, high] = [Math.min(...hours), Math.max(...hours)];
    const decades = Array.from({ length: 8 }, (_, power) => 10 ** (power - 2));
    return decades.flatMap((ten) => [ten, 2 * ten, 5 * ten]).filter((tick) => tick >= low && tick <= high);
  },
};

/**
 * What is shipped over the budget and over hours, two panels for each landscape: means with bands of two standard errors. A ring
 * marks the point where more jobs at once stop helping (`enoughJobs`), at the largest budget. Follows the reader's light or dark
 * scheme.
 */
export function chart(rows: readonly StudyRow[]): string {
  const landscapes = [...new Set(rows.map(({ landscape }) => landscape))];
  const several = new Set(rows.map(jobsText)).size > 1;
  const series = [...new Map(rows.map((row) => [`${row.policy} ${jobsText(row)}`, row]))].map(
    ([name, row]): Series => ({ name: several ? name : row.policy, policy: row.policy, jobs: jobsText(row) }),
  );
  const height = landscapes.length * HEIGHT;
  const legend = 26 + 18 * Math.ceil(series.length / KEYS);
  const panels = landscapes.map((landscape, index) => {
    const own = rows.filter((row) => row.landscape === landscape);
    return (
      `<g transform="translate(0 ${index * HEIGHT})">${panel(own, series, BUDGET)}</g>` +
      `<g transform="translate(${WIDTH} ${index * HEIGHT})">${panel(own, series, HOURS)}${rings(own, series)}</g>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${height + legend}" width="${2 * WIDTH}" height="${height + legend}" role="img" aria-label="True utility shipped over the budget and over hours, by policy">
<style>
svg { background: #ffffff; font: 12px system-ui, sans-serif; }
text { fill: #24292f; } .faint { fill: #57606a; } .grid { stroke: #d0d7de; } .root { stroke: #57606a; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; } text { fill: #e6edf3; } .faint { fill: #9198a1; } .grid { stroke: #30363d; } .root { stroke: #9198a1; }
}
</style>
${panels.join('\n')}
<g transform="translate(0 ${height + 8})">${key(series)}</g>
</svg>
`;
}

/** Where a panel's values lie, in pixels. */
function placing(rows: readonly StudyRow[], { value, scale }: Axis) {
  const places = rows.map((row) => scale(value(row)));
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const ends = rows.flatMap(({ shipped: { mean, se } }) => [mean - 2 * spread(se), mean + 2 * spread(se)]);
  const bottom = Math.max(0, Math.floor(20 * Math.min(rows[0]!.root.mean, ...ends)) / 20);
  const top = Math.min(1, Math.ceil(20 * Math.max(rows[0]!.root.mean, ...ends) + 0.01) / 20);
  return {
    bottom,
    top,
    x: (at: number) => LEFT + ((scale(at) - low) / (high - low || 1)) * (WIDTH - LEFT - RIGHT),
    y: (utility: number) => TOP + ((top - utility) / (top - bottom || 1)) * (HEIGHT - TOP - BOTTOM),
  };
}

function panel(rows: readonly StudyRow[], series: readonly Series[], axis: Axis): string {
  const { landscape, seeds, root } = rows[0]!;
  const { bottom, top, x, y } = placing(rows, axis);
  const ticks = Array.from({ length: 5 }, (_, i) => bottom + ((top - bottom) * i) / 4);
  const parts = [
    `<text x="${LEFT}" y="20" font-weight="600">${escapeXml(landscape)}</text>`,
    `<text class="faint" x="${WIDTH - RIGHT}" y="20" text-anchor="end">over ${axis.title}, ${seeds} seeds</text>`,
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(tick))}" y2="${at(y(tick))}"/>` +
        `<text class="faint" x="${LEFT - 6}" y="${at(y(tick) + 4)}" text-anchor="end">${tick.toFixed(2)}</text>`,
    ),
    ...axis
      .ticks(rows.map(axis.value))
      .map((tick) => `<text class="faint" x="${at(x(tick))}" y="${HEIGHT - 16}" text-anchor="middle">${tick}</text>`),
    `<line class="root" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(root.mean))}" y2="${at(y(root.mean))}" stroke-dasharray="1 3"/>`,
  ];
  series.forEach(({ name, ...line }, index) => {
    const points = rows.filter((row) => belongs(row, line)).sort((a, b) => axis.value(a) - axis.value(b));
    if (points.length === 0) return;
    const place = (row: StudyRow, ses: number) =>
      `${at(x(axis.value(row)))},${at(y(row.shipped.mean + ses * spread(row.shipped.se)))}`;
    const band = [...points.map((row) => place(row, 2)), ...points.map((row) => place(row, -2)).reverse()];
    const { colour, dash } = look(index);
    parts.push(
      `<polygon points="${band.join(' ')}" fill="${colour}" opacity="0.15"/>`,
      `<polyline points="${points.map((row) => place(row, 0)).join(' ')}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`,
      ...points.map(
        (row) =>
          `<circle cx="${at(x(axis.value(row)))}" cy="${at(y(row.shipped.mean))}" r="3" fill="${colour}"><title>${escapeXml(name)} at ${row.budget}: ${row.shipped.mean.toFixed(3)} ± ${row.shipped.se.toFixed(3)}, ${row.hours.toFixed(1)} h</title></circle>`,
      ),
    );
  });
  return parts.join('\n');
}

/** Rings round the points where more jobs stop helping, one for each policy. */
function rings(rows: readonly StudyRow[], series: readonly Series[]): string {
  const { x, y } = placing(rows, HOURS);
  const found = [...new Set(series.map(({ policy }) => policy))].map((policy) => enoughRow(rows, policy));
  return found
    .filter((row) => row !== undefined)
    .map(
      (row) =>
        `<circle cx="${at(x(row.hours))}" cy="${at(y(row.shipped.mean))}" r="7" fill="none" stroke="${look(series.findIndex((line) => belongs(row, line))).colour}" stroke-width="1.5"><title>more than ${row.concurrency} jobs at once stop helping</title></circle>`,
    )
    .join('\n');
}

function belongs(row: StudyRow, { policy, jobs }: Omit<Series, 'name'>): boolean {
  return row.policy === policy && jobsText(row) === jobs;
}

/** Names of lines in one row of the legend. */
const KEYS = 4;

function key(series: readonly Series[]): string {
  const items = series.map(({ name }, index) => {
    const x = LEFT + (index % KEYS) * ((2 * WIDTH - LEFT) / KEYS);
    const y = 18 * Math.floor(index / KEYS);
    const { colour, dash } = look(index);
    return (
      `<line x1="${x}" x2="${x + 26}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>` +
      `<text x="${x + 32}" y="${y + 4}">${escapeXml(name)}</text>`
    );
  });
  return items.join('\n');
}

function look(index: number): { colour: string; dash: string } {
  return { colour: COLOURS[index % COLOURS.length]!, dash: DASHES[Math.floor(index / 2) % DASHES.length]! };
}

function spread(se: number): number {
  return Number.isFinite(se) ? se : 0;
}

function at(value: number): string {
  return value.toFixed(1);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
}

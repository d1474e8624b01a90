import type { StudyRow } from './study.ts';

const WIDTH = 360;
const HEIGHT = 250;
const LEFT = 44;
const TOP = 34;
const RIGHT = 12;
const BOTTOM = 34;
/** Distinct in light and dark and for most colour-blind readers (after Okabe and Ito 2008); dashes tell apart what colours do not. */
const COLOURS = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#b58900', '#56b4e9', '#7f7f7f', '#8a6d3b'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];

/**
 * What is shipped over the budget, one panel for each landscape: means with bands of two standard errors. Follows the
 * reader's light or dark scheme.
 */
export function chart(rows: readonly StudyRow[]): string {
  const landscapes = [...new Set(rows.map(({ landscape }) => landscape))];
  const policies = [...new Set(rows.map(({ policy }) => policy))];
  const columns = Math.min(2, landscapes.length);
  const lines = Math.ceil(landscapes.length / columns);
  const legend = 26 + 18 * Math.ceil(policies.length / (2 * columns));
  const width = columns * WIDTH;
  const height = lines * HEIGHT + legend;
  const panels = landscapes.map((landscape, index) => {
    const x = (index % columns) * WIDTH;
    const y = Math.floor(index / columns) * HEIGHT;
    const own = rows.filter((row) => row.landscape === landscape);
    return `<g transform="translate(${x} ${y})">${panel(landscape, own, policies)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="True utility shipped over the budget, by policy">
<style>
svg { background: #ffffff; font: 12px system-ui, sans-serif; }
text { fill: #24292f; } .faint { fill: #57606a; } .grid { stroke: #d0d7de; } .root { stroke: #57606a; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; } text { fill: #e6edf3; } .faint { fill: #9198a1; } .grid { stroke: #30363d; } .root { stroke: #9198a1; }
}
</style>
${panels.join('\n')}
<g transform="translate(0 ${lines * HEIGHT + 8})">${key(policies, columns)}</g>
</svg>
`;
}

function panel(landscape: string, rows: readonly StudyRow[], policies: readonly string[]): string {
  const budgets = rows.map(({ budget }) => budget);
  const [low, high] = [Math.min(...budgets), Math.max(...budgets)];
  const root = rows[0]!.root.mean;
  const ends = rows.flatMap(({ shipped: { mean, se } }) => [mean - 2 * spread(se), mean + 2 * spread(se)]);
  const bottom = Math.max(0, Math.floor(20 * Math.min(root, ...ends)) / 20);
  const top = Math.min(1, Math.ceil(20 * Math.max(root, ...ends) + 0.01) / 20);
  const x = (budget: number) => LEFT + ((budget - low) / (high - low || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + ((top - value) / (top - bottom || 1)) * (HEIGHT - TOP - BOTTOM);
  const ticks = Array.from({ length: 5 }, (_, i) => bottom + ((top - bottom) * i) / 4);
  const parts = [
    `<text x="${LEFT}" y="20" font-weight="600">${escapeXml(landscape)}</text>`,
    `<text class="faint" x="${WIDTH - RIGHT}" y="20" text-anchor="end">${rows[0]!.seeds} seeds</text>`,
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(tick))}" y2="${at(y(tick))}"/>` +
        `<text class="faint" x="${LEFT - 6}" y="${at(y(tick) + 4)}" text-anchor="end">${tick.toFixed(2)}</text>`,
    ),
    ...[...new Set(budgets)].map(
      (budget) => `<text class="faint" x="${at(x(budget))}" y="${HEIGHT - 16}" text-anchor="middle">${budget}</text>`,
    ),
    `<line class="root" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(root))}" y2="${at(y(root))}" stroke-dasharray="1 3"/>`,
  ];
  policies.forEach((policy, index) => {
    const points = rows.filter((row) => row.policy === policy).sort((a, b) => a.budget - b.budget);
    if (points.length === 0) return;
    const edge = (sign: number) =>
      points.map(({ budget, shipped: { mean, se } }) => `${at(x(budget))},${at(y(mean + sign * 2 * spread(se)))}`);
    const line = points.map(({ budget, shipped }) => `${at(x(budget))},${at(y(shipped.mean))}`).join(' ');
    const { colour, dash } = look(index);
    parts.push(
      `<polygon points="${[...edge(1), ...edge(-1).reverse()].join(' ')}" fill="${colour}" opacity="0.15"/>`,
      `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`,
      ...points.map(
        ({ budget, shipped }) =>
          `<circle cx="${at(x(budget))}" cy="${at(y(shipped.mean))}" r="3" fill="${colour}"><title>${escapeXml(policy)} at ${budget}: ${shipped.mean.toFixed(3)} ± ${shipped.se.toFixed(3)}</title></circle>`,
      ),
    );
  });
  return parts.join('\n');
}

function key(policies: readonly string[], columns: number): string {
  const across = 2 * columns;
  const items = policies.map((policy, index) => {
    const x = LEFT + (index % across) * (WIDTH / 2);
    const y = 18 * Math.floor(index / across);
    const { colour, dash } = look(index);
    return (
      `<line x1="${x}" x2="${x + 26}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>` +
      `<text x="${x + 32}" y="${y + 4}">${escapeXml(policy)}</text>`
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

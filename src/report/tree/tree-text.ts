import { bar, dollars, heldOutProgress, minutes, tally } from '../text/figures.ts';
import { terminalLine } from '../text/text.ts';
import type { RunView, VariantView, WorkView } from '../view.ts';

/** The run as lines for a terminal: head line, tree of variants with what each changes, work in flight. No colours, no control codes. */
export function treeText(view: RunView, frame = 0): string[] {
  const { budget, costUSD } = view;
  const best = view.variants.find(({ variant }) => variant === view.best);
  const limit = costUSD.limit === null ? '' : `/${costUSD.limit}`;
  // Nobody is billed for a rehearsal, which shows with the first answer.
  const cost = view.rehearsal || costUSD.spent === 0 ? [] : [`${dollars(costUSD.spent)}${limit}`];
  const head = [
    view.run,
    `${bar(budget.used, budget.total)} ${budget.used}/${budget.total}`,
    ...cost,
    progress(view),
    ...(best && best.own.n > 0 ? [`best ${best.variant} ${tally(best.own)}`] : []),
    ...(view.rehearsal ? ['rehearsal model'] : []),
  ].join('  ');
  const children = Map.groupBy(
    view.variants.filter(({ parent }) => parent !== null),
    ({ parent }) => parent,
  );
  const lines: string[] = [];
  const walk = (node: VariantView, lead: string, own: string) => {
    lines.push(`${own}${node.variant.padEnd(4)} ${tally(node.own).padEnd(6)}${note(node, view)}`.trimEnd());
    const below = children.get(node.variant) ?? [];
    below.forEach((child, i) => {
      const last = i === below.length - 1;
      walk(child, `${lead}${last ? '   ' : '│  '}`, `${lead}${last ? '└─ ' : '├─ '}`);
    });
  };
  const root = view.variants.find(({ parent }) => parent === null);
  if (root) walk(root, ' ', ' ');
  const spinner = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'[frame % 10];
  return [head, ...lines, ...view.inFlight.map((work) => ` ${spinner} ${workText(work)}`)];
}

function progress(view: RunView): string {
  if (view.status === 'held-out') return `held-out ${heldOutProgress(view)}`;
  if (view.rootMeasured === null) return view.status;
  const { done, of, secondsLeft } = view.rootMeasured;
  const left = secondsLeft === null ? '' : `, about ${minutes(Math.max(5, secondsLeft))} left`;
  return `measuring the root ${done}/${of}${left}`;
}

function note(node: VariantView, view: RunView): string {
  const text = node.failure === null ? node.summary : `${node.summary} (${node.failure})`;
  const change = node.parent === null ? '' : ` ${terminalLine(text, 100)}`;
  if (node.variant === view.best && node.own.n > 0) return ` ◀ best${change}`;
  return node.state === 'measured' || node.state === 'root' ? change : ` ${node.state}${change && `:${change}`}`;
}

function workText({ what, seconds, again }: WorkView): string {
  const age = seconds === null ? '' : ` (${minutes(seconds)})`;
  return `${what}${age}${again === null ? '' : `; attempt ${again.attempt} gave no result: ${terminalLine(again.reason, 80)}`}`;
}

import type { Target } from './target.ts';

export function buildOrder(targets: readonly Target[], goals: readonly string[]): string[] {
  const byName = new Map(targets.map((target) => [target.name, target]));
  const order: string[] = [];
  const path: string[] = [];
  const visit = (name: string): void => {
    if (order.includes(name)) return;
    const target = byName.get(name);
    if (!target) throw new Error(`unknown target ${name}`);
    if (path.includes(name)) throw new Error([...path.slice(path.indexOf(name)), name].join(' -> '));
    path.push(name);
    for (const need of [...target.needs].sort()) visit(need);
    path.pop();
    order.push(name);
  };
  for (const goal of [...goals].sort()) visit(goal);
  return order;
}

import type { Target } from './target.ts';

export function buildOrder(targets: readonly Target[], goals: readonly string[]): string[] {
  const byName = new Map(targets.map((target) => [target.name, target]));
  const needsOf = new Map<string, string[]>();
  const visit = (name: string): void => {
    const target = byName.get(name);
    if (!target) throw new Error(`unknown target ${name}`);
    if (needsOf.has(name)) return;
    const needs = target.done
      ? []
      : target.needs
          .filter((need) => !need.endsWith('?') || byName.has(need.slice(0, -1)))
          .map((need) => need.replace(/\?$/, ''));
    needsOf.set(name, needs);
    for (const need of needs) visit(need);
  };
  for (const goal of goals) visit(goal);

  const order: string[] = [];
  const open = new Set(needsOf.keys());
  const ready = (name: string) => needsOf.get(name)!.every((need) => !open.has(need));
  const silent = (name: string) => Boolean(byName.get(name)!.group || byName.get(name)!.done);
  while (open.size > 0) {
    const names = [...open].filter(ready).sort();
    const next = names.find(silent) ?? names[0];
    if (next === undefined) throw new Error(cycle(open, needsOf));
    open.delete(next);
    if (!silent(next)) order.push(next);
  }
  return order;
}

function cycle(open: ReadonlySet<string>, needsOf: ReadonlyMap<string, string[]>): string {
  const path: string[] = [];
  let at = [...open].sort()[0]!;
  while (!path.includes(at)) {
    path.push(at);
    at = needsOf.get(at)!.filter((need) => open.has(need)).sort()[0]!;
  }
  const round = path.slice(path.indexOf(at));
  const first = round.indexOf([...round].sort()[0]!);
  const turned = [...round.slice(first), ...round.slice(0, first)];
  return [...turned, turned[0]].join(' -> ');
}

import type { Target } from './target.ts';

export function buildOrder(targets: readonly Target[], goals: readonly string[]): string[] {
  return [...goals];
}

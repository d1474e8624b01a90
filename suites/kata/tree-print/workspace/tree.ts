export function tree(paths: readonly string[]): string[] {
  return [...paths];
}

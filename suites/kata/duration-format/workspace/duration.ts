export function formatDuration(seconds: number): string {
  return `${seconds} s`;
}

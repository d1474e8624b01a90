/** What differs between two runs of the same work: times of day, durations, temporary folders. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?Z?/g, '<time>'],
  [/duration_ms:? \d+(\.\d+)?/g, '<duration>'],
  [/\b\d+(\.\d+)? ?(ms|seconds?|s)\b/g, '<duration>'],
  [/\/tmp\/[\w.-]+/g, '<tmp>'],
];

export function withoutVolatile(text: string): string {
  return VOLATILE.reduce((kept, [pattern, name]) => kept.replace(pattern, name), text);
}

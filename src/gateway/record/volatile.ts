/** What differs between two runs of the same work: times of day, durations, temporary folders, names for the provider's cache. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?Z?/g, '<time>'],
  [/duration_ms:? \d+(\.\d+)?/g, '<duration>'],
  [/\b\d+(\.\d+)? ?(ms|seconds?|s)\b/g, '<duration>'],
  [/huxley-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<cache>'],
  [/\/tmp\/[\w.-]+/g, '<tmp>'],
];

export function withoutVolatile(text: string): string {
  return VOLATILE.reduce((kept, [pattern, name]) => kept.replace(pattern, name), text);
}

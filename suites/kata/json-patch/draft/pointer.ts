export function parse(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) throw new SyntaxError(`no pointer: ${pointer}`);
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A part as a position in a list. */
export function position(part: string): number | undefined {
  return /^(0|[1-9]\d*)$/.test(part) ? Number(part) : undefined;
}

/** What is one part further in. */
export function child(value: unknown, part: string): unknown {
  if (Array.isArray(value)) return value[position(part) ?? -1];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
  return (value as Record<string, unknown>)[part];
}

export function read(document: unknown, pointer: string): unknown {
  return parse(pointer).reduce(child, document);
}

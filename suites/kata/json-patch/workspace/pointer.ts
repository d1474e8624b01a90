export function parse(pointer: string): string[] {
  return pointer.split('/');
}

export function read(document: unknown, pointer: string): unknown {
  return undefined;
}

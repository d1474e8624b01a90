import { isDeepStrictEqual } from 'node:util';
import { child, parse, position, read } from './pointer.ts';

export interface Change {
  op: string;
  path: string;
  value?: unknown;
  from?: string;
  optional?: boolean;
}

type Members = Record<string, unknown>;

function set(object: Members, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/** The document with something else at the place the parts lead to; nothing that is shared is changed. */
function changed(document: unknown, parts: readonly string[], edit: (parent: unknown[] | Members, last: string) => void): unknown {
  const copy = Array.isArray(document) ? [...document] : typeof document === 'object' && document !== null ? { ...document } : null;
  if (!copy) throw new Error('not an object or a list');
  const [first, ...rest] = parts as [string, ...string[]];
  if (rest.length === 0) edit(copy as unknown[] | Members, first);
  else {
    const inner = child(document, first);
    if (inner === undefined) throw new Error('there is nothing');
    const value = changed(inner, rest, edit);
    if (Array.isArray(copy)) copy[position(first)!] = value;
    else set(copy as Members, first, value);
  }
  return copy;
}

function add(document: unknown, path: string, value: unknown): unknown {
  const parts = parse(path);
  if (parts.length === 0) return value;
  return changed(document, parts, (parent, last) => {
    if (!Array.isArray(parent)) return set(parent, last, value);
    const at = last === '-' ? parent.length : position(last);
    if (at === undefined || at > parent.length) throw new Error('no such position');
    parent.splice(at, 0, value);
  });
}

function remove(document: unknown, path: string): unknown {
  const parts = parse(path);
  if (parts.length === 0 || read(document, path) === undefined) throw new Error('there is nothing to remove');
  return changed(document, parts, (parent, last) => {
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  });
}

function replace(document: unknown, path: string, value: unknown): unknown {
  const parts = parse(path);
  if (parts.length === 0) return value;
  if (read(document, path) === undefined) throw new Error('there is nothing to replace');
  return changed(document, parts, (parent, last) => {
    if (Array.isArray(parent)) parent[Number(last)] = value;
    else set(parent, last, value);
  });
}

function apply(document: unknown, { op, path, value, from }: Change): unknown {
  if (op === 'add') return add(document, path, structuredClone(value));
  if (op === 'remove') return remove(document, path);
  if (op === 'replace') return replace(document, path, structuredClone(value));
  if (op === 'move') {
    const moved = read(document, from!);
    if (moved === undefined) throw new Error('there is nothing to move');
    return add(remove(document, from!), path, moved);
  }
  if (op === 'test') {
    if (!isDeepStrictEqual(read(document, path), value)) throw new Error('the test fails');
    return document;
  }
  throw new Error(`unknown op ${op}`);
}

export function applyChanges(document: unknown, changes: readonly Change[]): unknown {
  let result = document;
  let skipping = false;
  for (const [i, change] of changes.entries()) {
    if (change.op === 'test') skipping = false;
    if (skipping) continue;
    try {
      result = apply(result, change);
    } catch (error) {
      if (change.optional !== true)
        throw new Error(`change ${i + 1} at '${change.path}': ${(error as Error).message}`, { cause: error });
    }
  }
  return result;
}

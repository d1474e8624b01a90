import type { Operation } from './operation.ts';

/** Parameters whose value may hold slashes. */
const WIDE = new Set(['ref', 'path', 'basehead', 'branch', 'name']);

interface Entry {
  readonly operation: Operation;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly literals: number;
}

export interface Match {
  readonly operation: Operation;
  readonly params: Record<string, string>;
}

/** Finds the operation a request means; more literal segments win. */
export class Router {
  readonly #entries: Entry[] = [];

  add(...operations: readonly Operation[]): void {
    for (const operation of operations) {
      const [method = '', path = ''] = operation.route.split(' ');
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
      const source = path
        .replaceAll(/[.+*]/g, '\\$&')
        .replaceAll(/\{(\w+)\}/g, (_, name) => (WIDE.has(name) ? '(.+)' : '([^/]+)'));
      const literals = path.split('/').filter((segment) => !segment.includes('{')).length;
      this.#entries.push({ operation, method, pattern: new RegExp(`^${source}/?$`), names, literals });
    }
    this.#entries.sort((a, b) => b.literals - a.literals);
  }

  get operations(): readonly Operation[] {
    return this.#entries.map((entry) => entry.operation);
  }

  match(method: string, path: string): Match | undefined {
    for (const { operation, method: wanted, pattern, names } of this.#entries) {
      if (method !== wanted) continue;
      const found = pattern.exec(path);
      if (found === null) continue;
      const params: Record<string, string> = {};
      for (const [index, name] of names.entries()) params[name] = decodeURIComponent(found[index + 1]!);
      return { operation, params };
    }
    return undefined;
  }
}

import { z } from 'zod';
import { HuxleyError } from '../../../model/error.ts';

/** Lists of test ids come as JSON in a string, as Python writes a list, or as a list. */
export const testIds = z.preprocess((value, context) => {
  if (typeof value !== 'string') return value;
  const list = tryJson(value) ?? pythonList(value);
  if (list !== undefined) return list;
  context.issues.push({ code: 'custom', message: 'is neither a list nor JSON of one', input: value });
  return z.NEVER;
}, z.array(z.string()));

export const common = {
  instance_id: z.string().regex(/^[A-Za-z0-9_.-]+$/, 'may hold letters, digits, _, . and - only'),
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name'),
  base_commit: z.string().regex(/^[0-9a-f]{7,64}$/, 'must be a commit'),
  problem_statement: z.string().min(1),
  patch: z.string(),
  test_patch: z.string(),
  version: z.coerce.string().default(''),
  FAIL_TO_PASS: testIds,
  PASS_TO_PASS: testIds,
};

/** A command, or several, as a list. */
export const commands = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string()).min(1),
);

export function refuse(place: string, what: string, remedy: string): never {
  throw new HuxleyError('suite.row', `${place}: ${what}`, remedy);
}

export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ITEM = /\s*(?:'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)")\s*(,\s*|$)/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\n': '' };

/** The texts of a list as Python writes it, in either kind of quotes; `undefined` for anything else. */
export function pythonList(text: string): string[] | undefined {
  const inner = /^\s*\[([\s\S]*)\]\s*$/.exec(text)?.[1];
  if (inner === undefined) return undefined;
  const items: string[] = [];
  ITEM.lastIndex = 0;
  for (let at = 0; at < inner.trimEnd().length; at = ITEM.lastIndex) {
    ITEM.lastIndex = at;
    const [, single, double, end] = ITEM.exec(inner) ?? [];
    const item = single ?? double;
    if (item === undefined || end === undefined) return undefined;
    items.push(
      item.replace(
        /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
        (_, x, u, long, other: string) =>
          other === undefined ? String.fromCodePoint(Number.parseInt(x ?? u ?? long, 16)) : (ESCAPES[other] ?? other),
      ),
    );
  }
  return items;
}

import { isMap, isPair, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Configuration, configurationSchema } from './schema.ts';

/** Where a repository keeps its settings; read from the default branch only. */
export const CONFIGURATION_PATH = '.github/huxley.yml';

/** One thing wrong with a configuration, at its place in the file. Lines and columns count from 1. */
export interface ConfigurationIssue {
  readonly line: number;
  readonly column: number;
  /** The key, e.g. `search.budget`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export type ConfigurationReading =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly issues: readonly ConfigurationIssue[] };

/** Reads a configuration file's text. Reports every issue it can find rather than the first. */
export function readConfiguration(text: string): ConfigurationReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return { ok: false, issues: broken.map((error) => ({ ...at(error.pos[0]), path: '', message: error.message })) };

  const parsed = configurationSchema.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {});
  if (parsed.success) return { ok: true, configuration: parsed.data };
  const issues = parsed.error.issues.flatMap((issue) =>
    placesOf(issue).map(({ path, message }) => ({
      ...at(offsetOf(document.contents, path)),
      path: path.join('.'),
      message,
    })),
  );
  return { ok: false, issues: issues.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** The issues as lines of `.github/huxley.yml:3:5 search.budget: ...`. */
export function formatIssues(issues: readonly ConfigurationIssue[]): string {
  return issues
    .map(
      ({ line, column, path, message }) =>
        `${CONFIGURATION_PATH}:${line}:${column} ${path ? `${path}: ` : ''}${message}`,
    )
    .join('\n');
}

function placesOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'this key is not known' }));
  return [{ path: issue.path, message: issue.message }];
}

/** Offset of the key or value at `path`, or of the nearest thing around it that is in the file. */
function offsetOf(contents: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const segment of path) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isPair(item) && String(item.key) === String(segment));
    if (!pair) break;
    offset = (pair.key as Node).range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}

import { z } from 'zod';
import { publicKeySchema } from '../contract/contract.ts';
import { readYaml } from './read-yaml.ts';
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

/** Reads a configuration file's text. Reports every issue it can find rather than the first. Never throws. */
export function readConfiguration(text: string): ConfigurationReading {
  const yaml = readYaml(text);
  if (!yaml.ok) return yaml;
  const parsed = configurationSchema.safeParse(yaml.value ?? {});
  if (parsed.success) return { ok: true, configuration: parsed.data };
  const issues = parsed.error.issues.flatMap((issue) =>
    placesOf(issue).map(({ path, message }) => ({
      ...yaml.at(path),
      path: path.join('.'),
      message: yaml.isEmpty(path) ? 'there is nothing below this key: add a value, or remove the key' : message,
    })),
  );
  return { ok: false, issues: issues.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/**
 * The keys a configuration names for the App's orders, and nothing else of it: a mistake elsewhere does not stop the work of a run
 * that has begun. None where the file is none or names none to the letter.
 */
export function readPublicKeys(text: string): readonly string[] {
  const yaml = readYaml(text);
  const keys = z.object({ app: z.object({ publicKeys: z.array(publicKeySchema) }) });
  return yaml.ok ? (keys.safeParse(yaml.value).data?.app.publicKeys ?? []) : [];
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

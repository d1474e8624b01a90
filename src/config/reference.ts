import { z } from 'zod';
import { configurationSchema } from './schema.ts';

interface Node {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
}

/** docs/configuration.md, written from the schema that checks `.github/huxley.yml`. */
export function configurationReference(): string {
  const root = z.toJSONSchema(configurationSchema, { io: 'input' }) as Node;
  const rows = Object.entries(root.properties ?? {}).flatMap(([name, node]) =>
    rowsOf(name, node, root.required?.includes(name) ?? false),
  );
  return [
    '# Configuration: `.github/huxley.yml`',
    '',
    'Read from the default branch only. Unknown keys, bad values and missing files are reported with their line, and no work starts.',
    'This page is generated from the schema by `npm run docs:config`.',
    '',
    '| key | value | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function rowsOf(path: string, node: Node, required: boolean): string[] {
  if (node.properties)
    return Object.entries(node.properties).flatMap(([name, child]) =>
      rowsOf(`${path}.${name}`, child, node.required?.includes(name) ?? false),
    );
  const fallback = required ? '*required*' : node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``;
  return [`| \`${path}\` | ${allowed(node)} | ${fallback} | ${(node.description ?? '').replaceAll('|', '\\|')} |`];
}

function allowed(node: Node): string {
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(' or ');
  if (node.anyOf) return node.anyOf.map(allowed).join(' or ');
  return node.type ?? 'any';
}

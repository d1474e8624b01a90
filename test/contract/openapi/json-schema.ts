/** A JSON Schema or a part of an API description, as parsed JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** Keywords that say nothing about which values are valid. */
const PROSE = new Set([
  'description',
  'title',
  'example',
  'examples',
  'default',
  'externalDocs',
  'deprecated',
  'readOnly',
]);
/** Keywords whose value maps names to schemas: names there are data, not keywords. */
const MAPS = new Set(['properties', 'patternProperties', 'schemas', '$defs']);

/**
 * Turns an OpenAPI 3.0 schema into a JSON Schema: prose dropped, `nullable` written as a type of its own, and `oneOf` read
 * as "at least one", because GitHub's alternatives overlap: its two kinds of conflict are both a plain error too.
 */
export function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Json;
  const schema: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(rest)) {
    if (PROSE.has(key) || key.startsWith('x-')) continue;
    schema[key === 'oneOf' ? 'anyOf' : key] = MAPS.has(key)
      ? mapValues(part as Json, toJsonSchema)
      : key === 'enum'
        ? part
        : toJsonSchema(part);
  }
  if (nullable !== true) return schema;
  if (typeof schema.type !== 'string') return { anyOf: [{ type: 'null' }, schema] };
  const values = schema.enum as unknown[] | undefined;
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(values && !values.includes(null) ? { enum: [...values, null] } : {}),
  };
}

/** Names of the component schemas a value refers to. */
export function referenced(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, part] of Object.entries(value)) {
    const name = key === '$ref' && /^#\/components\/schemas\/(.+)$/.exec(String(part))?.[1];
    if (name) found.add(name);
    else referenced(part, found);
  }
  return found;
}

function mapValues(map: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

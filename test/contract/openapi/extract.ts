import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Json, referenced, toJsonSchema } from './json-schema.ts';

/** What GitHub's API description says about one operation. */
export interface OperationContract {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly request: { readonly required: boolean; readonly schema: Json } | null;
  /** Schemas of JSON answers by status; `null` where the answer has no JSON body. */
  readonly responses: Readonly<Record<string, Json | null>>;
}

/** The part of GitHub's API description that the local GitHub serves, as JSON Schema. */
export interface Extract {
  readonly source: string;
  readonly operations: Readonly<Record<string, OperationContract>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

export const EXTRACT = new URL('../../fixtures/openapi.json.gz', import.meta.url);

export function readExtract(): Extract {
  return JSON.parse(gunzipSync(readFileSync(EXTRACT)).toString('utf8')) as Extract;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/** Takes the operations named (`GET /repos/{owner}/{repo}`) and everything they refer to out of the whole description. */
export function extract(description: Description, routes: readonly string[], source: string): Extract {
  const deref = (value: Json): Json => {
    const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(String(value.$ref)) ?? [];
    return kind === undefined || kind === 'schemas' ? value : description.components[kind]![name!]!;
  };
  const operations: Record<string, OperationContract> = {};
  const missing: string[] = [];
  for (const route of [...routes].sort()) {
    const [method = '', path = ''] = route.split(' ');
    const operation = description.paths[path]?.[method.toLowerCase()];
    if (operation) operations[route] = contractOf(operation, deref);
    else missing.push(route);
  }
  if (missing.length > 0) throw new Error(`GitHub's API description has no operation ${missing.join(', ')}`);
  const schemas: Record<string, unknown> = {};
  const open = [...referenced(operations)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name in schemas) continue;
    schemas[name] = toJsonSchema(description.components.schemas![name]);
    open.push(...referenced(schemas[name]));
  }
  return { source, operations, components: { schemas } };
}

function contractOf(operation: Json, deref: (value: Json) => Json): OperationContract {
  const jsonOf = (body: Json | undefined) =>
    (body?.content as Record<string, { schema: Json } | undefined> | undefined)?.['application/json']?.schema;
  const body = operation.requestBody && deref(operation.requestBody as Json);
  const request = jsonOf(body as Json | undefined);
  return {
    parameters: ((operation.parameters ?? []) as Json[]).map(deref).map((parameter) => ({
      name: String(parameter.name),
      in: String(parameter.in),
      required: parameter.required === true,
    })),
    request: request ? { required: (body as Json).required === true, schema: toJsonSchema(request) as Json } : null,
    responses: Object.fromEntries(
      Object.entries(operation.responses as Record<string, Json>).map(([status, response]) => {
        const schema = jsonOf(deref(response));
        return [status, schema ? (toJsonSchema(schema) as Json) : null];
      }),
    ),
  };
}

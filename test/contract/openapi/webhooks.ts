import { createRequire } from 'node:module';
import type { ValidateFunction } from 'ajv';
import { type Json, toJsonSchema } from './json-schema.ts';
import { explain, newAjv } from './validator.ts';

interface WebhookDescription {
  readonly webhooks: Readonly<
    Record<string, { readonly post: { readonly requestBody?: { content: Record<string, { schema: Json }> } } }>
  >;
  readonly components: Json;
}

/** Checks webhook payloads against GitHub's published webhook descriptions. */
export class WebhookValidator {
  readonly #description = createRequire(import.meta.url)(
    '@octokit/openapi-webhooks/generated/api.github.com.json',
  ) as WebhookDescription;
  readonly #ajv = newAjv();
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    const { components, webhooks } = this.#description;
    this.#ajv.addSchema({ components: toJsonSchema(components), webhooks: toJsonSchema(webhooks) } as Json, 'webhooks');
  }

  /** What the payload has that its description does not allow, a line each. */
  failures(event: string, payload: Json): string[] {
    const action = typeof payload.action === 'string' ? [payload.action] : [];
    const name = [event, ...action].join('-').replaceAll('_', '-');
    const schema = this.#description.webhooks[name]?.post.requestBody?.content['application/json']?.schema;
    if (!schema) return [`webhook ${event} ${action.join()}: GitHub describes no such webhook`];
    const pointer = `webhooks#/webhooks/${name}/post/requestBody/content/application~1json/schema`;
    const validate = this.#compiled.get(name) ?? this.#ajv.compile({ $ref: pointer });
    this.#compiled.set(name, validate);
    const plain = JSON.parse(JSON.stringify(payload)) as unknown;
    if (validate(plain)) return [];
    return explain(validate, plain).map((line) => `webhook ${event} ${action.join()}: ${line}`);
  }
}

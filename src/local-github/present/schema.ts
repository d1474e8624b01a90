import type { components } from '@octokit/openapi-types';

/** A response body as GitHub's published API description has it. */
export type Schema<K extends keyof components['schemas']> = components['schemas'][K];

/** An opaque global id: what GraphQL names objects by. */
export const nodeId = (kind: string, id: number) => `${kind}_${id}`;

export function parseNodeId(kind: string, text: string): number | undefined {
  const [found, id] = text.split('_');
  return found === kind && /^\d+$/.test(id ?? '') ? Number(id) : undefined;
}

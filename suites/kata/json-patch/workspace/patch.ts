export interface Change {
  op: string;
  path: string;
  value?: unknown;
  from?: string;
  optional?: boolean;
}

export function applyChanges(document: unknown, changes: readonly Change[]): unknown {
  return document;
}

/** What an operation answers. A string or buffer body is sent as it is, anything else as JSON. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Reply => ({
  status,
  body,
  headers,
});
export const created = (body: unknown): Reply => json(body, 201);
export const noContent: Reply = { status: 204 };

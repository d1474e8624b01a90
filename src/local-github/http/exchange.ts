/** A request and its answer, as an observer sees them. */
export interface Exchange {
  /** The operation's route, or `null` where none matched. */
  readonly route: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly requestBody: unknown;
  readonly status: number;
  readonly responseBody: unknown;
  /** Whether the answer is a fault that was asked for. */
  readonly injected: boolean;
}

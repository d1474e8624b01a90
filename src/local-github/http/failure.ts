const DOCUMENTATION = 'https://docs.github.com/rest';

export interface FieldError {
  readonly resource: string;
  readonly code: string;
  readonly field?: string;
  readonly message?: string;
  readonly value?: unknown;
}

/** A refusal with GitHub's status and body. */
export class Failure extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.body = { message, ...extra, documentation_url: DOCUMENTATION, status: String(status) };
    this.headers = headers;
  }
}

/** A refusal that a script asked for. */
export class InjectedFailure extends Failure {}

export const notFound = () => new Failure(404, 'Not Found');
export const forbidden = (message = 'Resource not accessible by integration') => new Failure(403, message);
export const badCredentials = (message = 'Bad credentials') => new Failure(401, message);
export const conflict = (message: string) => new Failure(409, message);
export const unprocessable = (message: string) => new Failure(422, message);
export const invalid = (...errors: FieldError[]) => new Failure(422, 'Validation Failed', { errors });
export const invalidCustom = (resource: string, message: string) => invalid({ resource, code: 'custom', message });

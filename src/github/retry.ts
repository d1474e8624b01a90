/** The HTTP status of an Octokit error; undefined for anything else, such as a connection that broke. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** Whether GitHub answered that it will not. */
export function isRefused(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500;
}

/** The value, or `instead` when GitHub answers that there is no such thing. */
export async function orIfMissing<T, U>(value: Promise<T>, instead: U): Promise<T | U> {
  try {
    return await value;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 410) return instead;
    throw error;
  }
}

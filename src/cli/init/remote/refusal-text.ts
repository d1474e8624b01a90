import { messageOf } from '../../../model/error.ts';
import { oneLine } from '../../../report/text/text.ts';

/** Why GitHub did not do something, in a few words. */
export function refusalText(error: unknown): string {
  const { status, response } = error as { status?: number; response?: { data?: { message?: unknown } } };
  const said = response?.data?.message;
  if (status !== undefined && status < 500 && typeof said === 'string') return `${status}: ${oneLine(said, 200)}`;
  return oneLine(messageOf(error), 200);
}

import { z } from 'zod';

/** Longest text of an issue, pull request or comment, in characters. */
const MAX_BODY = 65_536;

export const bodyText = z.string().max(MAX_BODY, { error: `body is too long (maximum is ${MAX_BODY} characters)` });
export const titleText = z
  .string()
  .refine((text) => text.trim() !== '', { error: "title can't be blank" })
  .max(256, { error: 'title is too long (maximum is 256 characters)' });
export const labelNames = z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]));
export const logins = z.array(z.string());

import { HuxleyError } from '../../model/error.ts';
import { type RunSpec, specSchema } from './spec.ts';

const OPENING = '```json huxley-run-v1';

/** A run's specification as the summary of its first check run, for people and for `huxley recover`. */
export function specText(spec: RunSpec): string {
  const json = JSON.stringify(spec, null, 2).replaceAll('`', '\\u0060');
  return `Started from issue #${spec.issue} with this configuration:\n\n${OPENING}\n${json}\n\`\`\``;
}

/** @throws HuxleyError `recover.spec` when the text holds none */
export function parseSpecText(text: string): RunSpec {
  const start = text.indexOf(`${OPENING}\n`);
  const body = text.slice(start + OPENING.length + 1);
  const end = body.lastIndexOf('\n```');
  const parsed = start >= 0 && end >= 0 ? specSchema.safeParse(jsonIn(body.slice(0, end))) : null;
  if (parsed?.success) return parsed.data;
  throw new HuxleyError(
    'recover.spec',
    'The first check run of the run does not contain its specification.',
    'It may have been written by another version of Huxley; start a new run.',
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

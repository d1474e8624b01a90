import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { HuxleyError } from '../../model/error.ts';
import type { Upstream, UpstreamCall } from '../dialect/upstream.ts';
import { withoutVolatile } from './volatile.ts';

/** One answered call of a recorded session. */
export interface RecordedCall {
  readonly key: string;
  readonly task: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The answer's body, byte for byte. */
  readonly body: string;
}

const VERSION = 1;

/** Names a call by its task and what was asked; durations and times in the conversation do not count. */
export function callKey({ task, path, body }: Pick<UpstreamCall, 'task' | 'path' | 'body'>): string {
  return createHash('sha256')
    .update(`${task}\n${path}\n${withoutVolatile(body)}`)
    .digest('hex');
}

/** Appends calls to a file as JSON lines; the first line is the version. */
export function recorder(file: string): (call: RecordedCall) => void {
  appendFileSync(file, `${JSON.stringify({ recording: VERSION })}\n`);
  return (call) => appendFileSync(file, `${JSON.stringify(call)}\n`);
}

/**
 * Answers from a recording alone. A call asked several times gets its answers in the order they were recorded.
 * Throws `gateway.recording` when the file is none, and on a call that was not recorded or not that often.
 */
export function replay(file: string): Upstream {
  const answers = Map.groupBy(readRecording(file), (call) => call.key);
  return {
    async send(call) {
      const answer = answers.get(callKey(call))?.shift();
      if (answer === undefined)
        throw new HuxleyError(
          'gateway.recording',
          'the recording holds no (further) answer to this call',
          'The agent, the task or the prompts changed since; record the session again.',
        );
      return { status: answer.status, headers: new Headers(answer.headers), chunks: once(Buffer.from(answer.body)) };
    },
  };
}

function readRecording(file: string): RecordedCall[] {
  const bad = (what: string, cause?: unknown) =>
    new HuxleyError('gateway.recording', `${file} ${what}`, 'Record the session again.', { cause });
  const [head, ...lines] = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  try {
    if (head === undefined || JSON.parse(head).recording !== VERSION)
      throw bad(`isn’t a recording of version ${VERSION}`);
    return lines.filter((line) => !line.startsWith('{"recording"')).map((line) => JSON.parse(line) as RecordedCall);
  } catch (error) {
    if (error instanceof HuxleyError) throw error;
    throw bad('is damaged', error);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

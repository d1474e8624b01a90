import type { ServerResponse } from 'node:http';
import type { AdmittedCall } from './admit.ts';
import { assemble } from './assemble.ts';
import { exchange } from './exchange.ts';
import type { Caller, Ledger } from './ledger.ts';
import { cost, type Price } from './prices.ts';
import { callKey, type RecordedCall } from './recording.ts';
import { asRefusal } from './refusal.ts';
import { type Relayed, relayStream, relayWhole } from './relay.ts';
import type { RetryPolicy } from './retry.ts';
import type { TranscriptSink } from './transcript.ts';
import type { Upstream, UpstreamAnswer } from './upstream.ts';

export interface PassContext {
  readonly upstream: Upstream;
  readonly ledger: Ledger;
  readonly retry: RetryPolicy;
  readonly maxResponseBytes: number;
  /** Seconds one call may take, retries included. */
  readonly callSeconds: number;
  readonly signal: AbortSignal;
  readonly transcript: TranscriptSink | undefined;
  readonly record: ((call: RecordedCall) => void) | undefined;
}

/** Gets one admitted call answered, passes the answer on, settles its cost and writes it down. */
export async function pass(
  context: PassContext,
  call: AdmittedCall,
  caller: Caller,
  price: Price,
  response: ServerResponse,
): Promise<void> {
  const { ledger, maxResponseBytes } = context;
  const started = performance.now();
  const at = new Date().toISOString();
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.callSeconds * 1000)]);
  const outgoing = { task: caller.task, path: call.path, body: call.body, signal };
  const most = { cost: cost(price, call.most), tokens: call.most };
  const made: { status: number; tries: number; relayed?: Relayed } = { status: 0, tries: 0 };
  let error: { readonly status: number; readonly code: string; readonly message: string } | undefined;
  try {
    const { answer, reservation, tries } = await exchange(
      context.upstream,
      outgoing,
      context.retry,
      () => caller.budget.reserve(most),
      () => response.destroyed,
    );
    const relayed = isStream(answer)
      ? await relayStream(answer, call, response, ledger.redact, maxResponseBytes)
      : await relayWhole(answer, response, ledger.redact, maxResponseBytes);
    Object.assign(made, { status: answer.status, tries, relayed });
    error = relayed.failure;
    if (relayed.usage) reservation.settle({ cost: cost(price, relayed.usage), tokens: relayed.usage });
    else if (answer.status >= 400) reservation.release();
    else reservation.forfeit();
    if (!error) context.record?.(recorded(outgoing, answer, ledger.redact(relayed.body)));
  } catch (thrown) {
    error = asRefusal(thrown);
    throw thrown;
  } finally {
    const rehearsal = made.relayed?.rehearsal ?? false;
    ledger.note(caller.task, rehearsal, error?.code);
    context.transcript?.({
      at,
      task: caller.task,
      path: call.path,
      model: call.model,
      request: ledger.redact(call.body),
      status: error?.status ?? made.status,
      response: ledger.redact(assemble(made.relayed?.body ?? '')),
      ...(error ? { error: ledger.redact(`${error.code}: ${error.message}`) } : {}),
      spent: caller.budget.spending(),
      seconds: (performance.now() - started) / 1000,
      tries: made.tries,
      rehearsal,
    });
  }
}

function isStream(answer: UpstreamAnswer): boolean {
  return answer.status < 300 && answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
}

const KEPT_HEADERS = ['content-type', 'x-huxley-rehearsal'];

function recorded(
  call: Parameters<typeof callKey>[0] & { readonly task: string },
  { status, headers }: UpstreamAnswer,
  body: string,
): RecordedCall {
  const kept = KEPT_HEADERS.map((name) => [name, headers.get(name)]).filter(([, value]) => value !== null);
  return { key: callKey(call), task: call.task, status, headers: Object.fromEntries(kept), body };
}

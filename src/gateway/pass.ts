import type { ServerResponse } from 'node:http';
import { HuxleyError } from '../model/error.ts';
import type { AdmittedCall } from './dialect/admit.ts';
import { assemble } from './dialect/assemble.ts';
import type { Composed } from './dialect/dialect.ts';
import { estimateUsage } from './dialect/estimate.ts';
import type { OpenedAnswer } from './dialect/opened.ts';
import { abandoned, asRefusal, tooLarge } from './dialect/refusal.ts';
import type { RetryPolicy } from './dialect/retry.ts';
import { exchange } from './exchange.ts';
import { ANSWERS_AT_ONCE, type Caller, type Ledger } from './ledger.ts';
import type { Reservation } from './money/budget.ts';
import type { TokenCount } from './money/prices.ts';
import { type Charge, costOfAnswer, type Pricing } from './money/pricing.ts';
import type { Provider } from './provider.ts';
import { callKey, type RecordedCall } from './record/recording.ts';
import type { TranscriptEntry } from './record/transcript.ts';
import { type Relayed, relayStream, relayWhole } from './relay.ts';

/** What a call is passed on with: the provider of its model, and what all calls share. */
export interface PassContext extends Provider {
  readonly ledger: Ledger;
  readonly retry: RetryPolicy;
  readonly maxResponseBytes: number;
  /** Seconds one call may take, retries included. */
  readonly callSeconds: number;
  readonly signal: AbortSignal;
  readonly write: (caller: Caller, entry: TranscriptEntry) => void;
  readonly record: ((call: RecordedCall) => void) | undefined;
}

interface Made {
  status: number;
  tries: number;
  /** Of answers, in memory until the call ends. */
  bytes: number;
  sent?: Composed;
  relayed?: Relayed;
  estimated: boolean;
}

/** Gets one admitted call answered, passes the answer on, settles its cost and writes it down. */
export async function pass(
  context: PassContext,
  call: AdmittedCall,
  caller: Caller,
  response: ServerResponse,
): Promise<void> {
  const { ledger, pricing, gate } = context;
  const started = performance.now();
  const at = new Date().toISOString();
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.callSeconds * 1000)]);
  const made: Made = { status: 0, tries: 0, bytes: 0, estimated: false };
  let error: { readonly status: number; readonly code: string; readonly message: string } | undefined;
  try {
    const { answer, sent, reservation, tries } = await exchange(
      {
        ...context,
        policy: caller.alone ? { ...context.retry, busyTries: 2 * context.retry.tries } : context.retry,
        signal,
        task: caller.task,
        count: (bytes) => {
          made.bytes += bytes;
          caller.answers.bytes += bytes;
          if (caller.answers.bytes > ANSWERS_AT_ONCE) throw tooLarge(ANSWERS_AT_ONCE);
        },
        reserve: (sent) => reserve(context, call, caller, sent, signal),
        settle: (reservation, used) => settle(pricing, call, reservation, { usage: used }),
        turn: async () => {
          if (!caller.alone) await gate.passed();
          if (response.destroyed) throw abandoned();
        },
      },
      call,
    );
    Object.assign(made, { status: answer.status, tries, sent });
    try {
      made.relayed =
        answer.kind === 'stream'
          ? await relayStream(answer, { ...sent, path: call.path }, response, ledger.redact)
          : relayWhole(answer, response, ledger.redact);
    } finally {
      close(context, call, reservation, answer, sent, made);
      const { usage, failure } = made.relayed ?? {};
      if (usage && !failure && call.plain) context.bounds.note(keyOf(caller, call), sent, usage);
      else context.bounds.forget(keyOf(caller, call));
    }
    error = made.relayed.failure;
    if (!error && context.record) {
      const outgoing = { task: caller.task, path: call.path, body: sent.body };
      context.record(recorded(outgoing, answer, made.relayed.body));
    }
  } catch (thrown) {
    error = asRefusal(thrown);
    if (error.code === 'gateway.internal') error = { ...error, message: `the gateway failed: ${String(thrown)}` };
    throw thrown;
  } finally {
    caller.answers.bytes -= made.bytes;
    const rehearsal = made.relayed?.rehearsal ?? false;
    ledger.note(caller.task, error?.code, { rehearsal, estimated: made.estimated });
    context.write(caller, {
      at,
      task: caller.task,
      path: call.path,
      model: call.model,
      request: ledger.redact(made.sent?.body ?? JSON.stringify(call.fields)),
      status: error?.status ?? made.status,
      response: assemble(made.relayed?.body ?? ''),
      ...(error ? { error: ledger.redact(`${error.code}: ${error.message}`) } : {}),
      ...(made.sent?.ownLimit ? { ownLimit: made.sent.limit } : {}),
      ...(made.estimated ? { estimated: true } : {}),
      spent: caller.budget.spending(),
      seconds: (performance.now() - started) / 1000,
      tries: made.tries,
      rehearsal,
    });
  }
}

const keyOf = (caller: Caller, { path, model }: AdmittedCall) => `${caller.key} ${path} ${model}`;

/** Sets the most a call can cost aside: a token for each byte where that fits, else by a tighter bound. */
async function reserve(
  { pricing, bounds }: PassContext,
  call: AdmittedCall,
  caller: Caller,
  sent: Composed,
  signal: AbortSignal,
): Promise<Reservation> {
  const setAside = (most: TokenCount) => caller.budget.reserve({ cost: pricing.most(call.model, most), tokens: most });
  try {
    return setAside(sent.most);
  } catch (error) {
    if (!(error instanceof HuxleyError) || error.code !== 'gateway.budget') throw error;
    const most = await bounds.of(keyOf(caller, call), caller.task, call, sent, signal);
    if (most.input >= sent.most.input) throw error;
    return setAside(most);
  }
}

/**
 * Settles what an answer cost: by its own report; by its text where it makes none. What broke off, or reports what cannot be
 * true, costs at least all that was set aside.
 */
function close(
  { pricing, dialects }: PassContext,
  call: AdmittedCall,
  reservation: Reservation,
  answer: OpenedAnswer,
  sent: Composed,
  made: Made,
): void {
  const { relayed } = made;
  if (relayed?.usage !== undefined) dialects.noteLength(call, sent, relayed.usage);
  made.estimated = relayed !== undefined && isSilent(relayed) && answer.status < 400;
  const usage = made.estimated ? estimateUsage(sent, relayed!.body) : relayed?.usage;
  if (relayed === undefined || (usage === undefined && relayed.failure === undefined && relayed.spokeOfUsage))
    reservation.forfeit();
  else if (usage !== undefined && covers(pricing, call, reservation, { ...relayed, usage }))
    settle(pricing, call, reservation, { ...relayed, usage });
  else if (relayed.unsaid !== true && (relayed.failure !== undefined || answer.status < 400)) reservation.forfeit();
  else reservation.release();
}

/** Whether an answer came to its end and says nothing of what it used. */
function isSilent({ usage, spokeOfUsage, failure }: Relayed): boolean {
  return usage === undefined && !spokeOfUsage && failure === undefined;
}

/** Whether a report is all there is to pay: of an answer that broke off, only one of more than was set aside. */
function covers(
  pricing: Pricing,
  { model }: AdmittedCall,
  reservation: Reservation,
  answer: Charge & Partial<Relayed>,
) {
  return answer.failure === undefined || costOfAnswer(pricing, model, answer) > reservation.cost;
}

function settle(pricing: Pricing, { model }: AdmittedCall, reservation: Reservation, charge: Charge): void {
  reservation.settle({ cost: costOfAnswer(pricing, model, charge), tokens: charge.usage });
}

const KEPT_HEADERS = ['content-type', 'x-huxley-rehearsal'];

function recorded(call: Parameters<typeof callKey>[0], { status, headers }: OpenedAnswer, body: string): RecordedCall {
  const kept = KEPT_HEADERS.map((name) => [name, headers.get(name)]).filter(([, value]) => value !== null);
  return { key: callKey(call), task: call.task, status, headers: Object.fromEntries(kept), body };
}

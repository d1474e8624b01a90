import type OpenAI from 'openai';
import { HuxleyError } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';
import type { Api } from '../model/limits/api.ts';
import type { Prediction } from '../model/memory/prediction.ts';
import { apiFor, ask, type Reply } from './ask.ts';
import type { Evidence } from './evidence.ts';
import { diagnosisMessages, type History, tasksShown, type Wishes } from './messages.ts';
import { named } from './predicted.ts';
import { type DiagnosisText, readDiagnosis } from './read-diagnosis.ts';

/** Tries at an answer of the right shape; each is paid for. A later one may be longer. */
const MAX_OUTPUT_TOKENS = [8_000, 16_000] as const;

export interface DiagnosisRequest {
  readonly client: OpenAI;
  readonly model: string;
  /** The APIs the model's provider speaks; any where absent. */
  readonly apis?: readonly Api[] | undefined;
  readonly evidence: Evidence;
  /** The parent's visible source code. */
  readonly source: readonly FileEntry[];
  readonly donorDiff: string;
  readonly history?: History;
  readonly wishes?: Wishes | undefined;
  readonly signal: AbortSignal;
}

/** A diagnosis whose predictions name their tasks. */
export type Diagnosed = Omit<DiagnosisText, 'predicted'> & { readonly predicted?: readonly Prediction[] };

/**
 * Asks a model why the agent failed and what one change would help.
 * Throws HuxleyError `operator.diagnosis` when no try gave a usable answer, with the remedy for what came instead,
 * `diagnosis.endpoint` when the endpoint answered with an error of its own; other errors are the endpoint's.
 */
export async function diagnose(request: DiagnosisRequest): Promise<Diagnosed> {
  const { client, model, signal } = request;
  const { system, user } = diagnosisMessages(
    request.evidence,
    request.source,
    request.donorDiff,
    request.history,
    request.wishes,
  );
  const api = apiFor(request.apis);
  let structured = api !== 'messages';
  const once = (tokens: number) => ask(client, api, { model, system, user, tokens, structured, signal });
  let trouble: Trouble = { what: 'it was not asked', remedy: '' };
  for (const tokens of MAX_OUTPUT_TOKENS) {
    const reply = await once(tokens).catch((error: unknown) => {
      if (!structured || !refusesFormat(error)) throw error;
      structured = false;
      return once(tokens);
    });
    const reading = read(reply, tokens, structured);
    if ('title' in reading) {
      const { predicted = [], ...diagnosis } = reading;
      const foretold = named(predicted, tasksShown(request.evidence));
      return { ...diagnosis, ...(foretold.length > 0 && { predicted: foretold }) };
    }
    trouble = reading;
  }
  throw new HuxleyError(
    'operator.diagnosis',
    `${model} gave no usable diagnosis in ${MAX_OUTPUT_TOKENS.length} tries: ${trouble.what}`,
    trouble.remedy,
  );
}

interface Trouble {
  readonly what: string;
  readonly remedy: string;
}

/** Whether an endpoint says that it knows no structured output, rather than anything else that is wrong with the call. */
function refusesFormat(error: unknown): boolean {
  const { status, message } = error as { readonly status?: unknown; readonly message?: unknown };
  return (
    (status === 400 || status === 422 || status === 501) &&
    /response_?format|json_?schema|structured|guided/i.test(String(message))
  );
}

/** The diagnosis in an answer, or what came instead and what helps against it. */
function read(
  { content, refusal, cut, thought = 0, error }: Reply,
  tokens: number,
  structured: boolean,
): DiagnosisText | Trouble {
  if (error !== undefined)
    throw new HuxleyError(
      'diagnosis.endpoint',
      `The endpoint answered with an error where a diagnosis was expected: ${error.slice(0, 300)}`,
      'Look at the status of the provider; the job is tried again.',
    );
  const other = 'Choose another model as `models.diagnose` in .github/huxley.yml.';
  if (refusal) return { what: `the model refused: ${refusal.slice(0, 300)}`, remedy: other };
  if (cut === 'content_filter') return { what: 'a content filter of the provider cut the answer off', remedy: other };
  const found = readDiagnosis(content);
  if (typeof found !== 'string') return found;
  if (cut === 'length')
    return thought > tokens / 2
      ? {
          what: `${thought} of ${tokens} output tokens went into reasoning, so the answer was cut off (${found})`,
          remedy: 'Choose a model that reasons less as `models.diagnose` in .github/huxley.yml.',
        }
      : { what: `the answer was longer than ${tokens} tokens`, remedy: other };
  return {
    what: found,
    remedy: structured
      ? 'Choose a model that answers in the shape it is asked for (structured outputs) as `models.diagnose` in .github/huxley.yml.'
      : 'The endpoint takes no response format, and the model does not keep to the shape without it: choose another as `models.diagnose` in .github/huxley.yml.',
  };
}

import type OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { HuxleyError, messageOf } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';
import type { Evidence } from './evidence.ts';
import { diagnosisMessages } from './messages.ts';

/** What a diagnosis comes to: the contract's `diagnosis`, within its limits. */
export interface DiagnosisText {
  readonly summary: string;
  readonly considered: readonly string[];
  readonly title: string;
  readonly proposal: string;
}

const answerSchema = z.object({
  summary: z.string(),
  considered: z.array(z.string()),
  title: z.string(),
  proposal: z.string(),
});

/** Tries at an answer of the right shape; each is paid for. */
const TRIES = 2;
const MAX_OUTPUT_TOKENS = 8_000;

export interface DiagnosisRequest {
  readonly client: OpenAI;
  readonly model: string;
  readonly evidence: Evidence;
  /** The parent's visible source code. */
  readonly source: readonly FileEntry[];
  readonly donorDiff: string;
  readonly signal: AbortSignal;
}

/**
 * Asks a model why the agent failed and what one change would help.
 * Throws HuxleyError `operator.diagnosis` when no try gave a usable answer; other errors are the model endpoint's.
 */
export async function diagnose(request: DiagnosisRequest): Promise<DiagnosisText> {
  const { system, user } = diagnosisMessages(request.evidence, request.source, request.donorDiff);
  let problem = '';
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const completion = await request.client.chat.completions.create(
      {
        model: request.model,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: user },
        ],
        response_format: zodResponseFormat(answerSchema, 'huxley_diagnosis'),
        max_completion_tokens: MAX_OUTPUT_TOKENS,
      },
      { signal: request.signal },
    );
    const choice = completion.choices?.[0];
    if (choice?.message.refusal) problem = `the model refused: ${choice.message.refusal.slice(0, 300)}`;
    else if (choice?.finish_reason === 'length') problem = `the answer was longer than ${MAX_OUTPUT_TOKENS} tokens`;
    else {
      const reading = read(choice?.message.content ?? '');
      if (typeof reading !== 'string') return reading;
      problem = reading;
    }
  }
  throw new HuxleyError(
    'operator.diagnosis',
    `${request.model} gave no usable diagnosis in ${TRIES} tries: ${problem}`,
    'Choose a model that supports structured outputs (models.diagnose in the configuration).',
  );
}

/** The answer within the contract's limits, or what is wrong with it. */
function read(content: string): DiagnosisText | string {
  let parsed: z.infer<typeof answerSchema>;
  try {
    parsed = answerSchema.parse(JSON.parse(content));
  } catch (error) {
    return error instanceof z.ZodError
      ? `the answer has not the shape asked for (${z.prettifyError(error).replace(/\s+/g, ' ')})`
      : `the answer is not JSON (${messageOf(error).slice(0, 200)})`;
  }
  const title = parsed.title.replace(/\s+/g, ' ').trim().slice(0, 200);
  const proposal = parsed.proposal.trim().slice(0, 16_000);
  if (title === '' || proposal === '') return 'the answer has an empty title or proposal';
  return {
    summary: parsed.summary.slice(0, 8_000),
    considered: parsed.considered.slice(0, 10).map((text) => text.slice(0, 2_000)),
    title,
    proposal,
  };
}

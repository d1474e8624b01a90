import { z } from 'zod';
import { type Numbered, predictionSchema, readPredictions } from './predicted.ts';

/** What a diagnosis comes to: the contract's `diagnosis`, within its limits, with tasks by their numbers. */
export interface DiagnosisText {
  readonly summary: string;
  readonly considered: readonly string[];
  readonly title: string;
  readonly proposal: string;
  /** Absent where it predicts nothing. */
  readonly predicted?: readonly Numbered[];
}

/** What a model is asked for. */
export const answerSchema = z.object({
  summary: z.string(),
  considered: z.array(z.string()),
  title: z.string(),
  proposal: z.string(),
  predicted: z.array(predictionSchema),
});

/** What is taken: a diagnosis is as good without predictions, or with odd ones. */
const takenSchema = answerSchema.extend({ predicted: z.unknown().optional() });

/** Characters of an answer that are looked through, and objects in it that are tried. */
const MAX_CHARACTERS = 200_000;
const MAX_OBJECTS = 200;

/**
 * The diagnosis in a model's answer, or what is wrong with it. Models put JSON in Markdown fences, after their thoughts, between
 * sentences, into other objects, or write a draft first: of all objects in the answer the last one that has the shape counts,
 * those after the thoughts first.
 */
export function readDiagnosis(content: unknown): DiagnosisText | string {
  const text = textOf(content).replaceAll('\uFEFF', '').slice(0, MAX_CHARACTERS).trim();
  if (text === '') return 'the answer is empty';
  let problem = 'there is no JSON object in the answer';
  for (const part of withoutThoughts(text)) {
    for (const object of objectsIn(part).reverse()) {
      const parsed = takenSchema.safeParse(object);
      if (!parsed.success) {
        problem = `the answer has not the shape asked for (${z.prettifyError(parsed.error).replace(/\s+/g, ' ').slice(0, 300)})`;
        continue;
      }
      const fitted = withinLimits(parsed.data);
      if (typeof fitted !== 'string') return fitted;
      problem = fitted;
    }
  }
  return problem;
}

/** A message's content as some servers send it: a text, or parts with texts in them. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part) => (typeof part === 'string' ? part : typeof part?.text === 'string' ? part.text : ''))
    .join('');
}

/** What comes after the model's thoughts; then all of it, for one that thinks without an end, or answers within. */
function withoutThoughts(text: string): readonly string[] {
  const end = [...text.matchAll(/<\/(?:think|thinking|thought|reasoning)>/gi)].at(-1);
  return end === undefined ? [text] : [text.slice(end.index + end[0].length), text];
}

/** Every JSON object in a text, in order; one inside another comes after it. */
function objectsIn(text: string): unknown[] {
  const found: unknown[] = [];
  for (let at = text.indexOf('{'), tried = 0; at >= 0 && tried < MAX_OBJECTS; tried++) {
    const object = objectAt(text, at);
    if (object !== undefined) found.push(object.value);
    const fits = object !== undefined && takenSchema.safeParse(object.value).success;
    at = text.indexOf('{', fits ? object.end : at + 1);
  }
  return found;
}

/** The object that begins here. Line breaks and tabs inside a text, which JSON forbids and models write, are taken as they are meant. */
function objectAt(text: string, start: number): { readonly value: unknown; readonly end: number } | undefined {
  const end = endOf(text, start);
  if (end === undefined) return undefined;
  const json = text
    .slice(start, end)
    .replace(/"(?:[^"\\]|\\[\s\S])*"/g, (quoted) =>
      quoted.replace(/\p{Cc}/gu, (letter) => JSON.stringify(letter).slice(1, -1)),
    );
  try {
    return { value: JSON.parse(json), end };
  } catch {
    return undefined;
  }
}

/** Where the object that begins at `start` ends, if its braces close. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (quoted && letter === '\\') at++;
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === '{') depth++;
    else if (!quoted && letter === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

/** Within the contract's limits. */
function withinLimits(answer: z.infer<typeof takenSchema>): DiagnosisText | string {
  const { summary, considered, title, proposal } = answer;
  const predicted = readPredictions(answer.predicted);
  const line = title.replace(/\s+/g, ' ').trim().slice(0, 200);
  const text = proposal.trim().slice(0, 16_000);
  if (line === '' || text === '') return 'the answer has an empty title or proposal';
  return {
    summary: summary.slice(0, 8_000),
    considered: considered.slice(0, 10).map((text) => text.slice(0, 2_000)),
    title: line,
    proposal: text,
    ...(predicted.length > 0 && { predicted }),
  };
}

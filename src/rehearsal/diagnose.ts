import { withoutVolatile } from '../gateway/record/volatile.ts';
import { SIGNS, type Sign, signWords } from '../model/sign.ts';
import { CATALOGUE } from './catalogue/all.ts';
import type { Improvement, Worth } from './catalogue/improvement.ts';
import { chance } from './chance.ts';
import type { Conversation } from './conversation.ts';
import { type Kata, katasIn } from './katas.ts';
import { type Unmet, unmet } from './unmet.ts';

/** How much an improvement suggests itself without any evidence. */
const BASE: Readonly<Record<Worth, number>> = { helpful: 0.8, useless: 0.6, harmful: 0.5, broken: 0.4 };
/** What each task adds that visibly lacked what the improvement is meant for. */
const SEEN = 4;
/** What a donor adds that has the improvement. */
const DONATED = 25;
/** What it adds that a diagnosis is about just what the improvement answers. */
const ASKED = 50;
/** How the special operators' diagnoses put their question. */
const QUESTIONS: Readonly<Record<Sign, RegExp>> = {
  'empty-patch': /without having changed a single file/,
  'context-overflow': /beyond what the model can read/,
};
/** What is left of an improvement that the source has already, or that came to nothing before or did harm. */
const HAS_IT = 0.05;

/** How a list of earlier proposals is quoted, and one that was sent back. */
const QUOTED = /<data id="(\w+)" what="(?:what was proposed before|sent back)">\n[\s\S]*?\n<\/data \1>/g;

/** How it is asked for predictions: what a seed proposes does not hang on that. */
const ASKED_TO_PREDICT = /\n- predicted: .*(?:\n {2}.*)*/g;

/** A diagnosis as the request's schema wants it. Looks at the evidence; is not always right. */
export function diagnose(seed: number, katas: readonly Kata[], asked: Conversation): string {
  const before = asked.turns.flatMap(({ text }) => text.match(QUOTED) ?? []).flatMap((quoted) => quoted.split('\n'));
  const conversation = {
    ...asked,
    turns: asked.turns.map((turn) => ({ ...turn, text: turn.text.replace(QUOTED, '').replace(ASKED_TO_PREDICT, '') })),
  };
  const text = conversation.turns.map((turn) => turn.text).join('\n');
  const lacking = katasIn(katas, text).map((kata) => unmet(kata, conversation, 0));
  const ranked = rank(seed, { text, before, lacking });
  const best = ranked[0]!;
  const predicted = predict(seed, best, outcomesIn(katas, text, conversation));
  const parts = {
    summary: [...seenIn(text), summaryOf(lacking)].join(' '),
    considered: ranked.slice(0, 4).map(({ title }) => title),
    title: best.title,
    proposal: best.proposal,
    predicted,
  };
  return JSON.stringify(fill(conversation.schema, parts));
}

/** What a diagnosis is made from: the records, earlier proposals line by line, and what each task lacked. */
interface Seen {
  readonly text: string;
  readonly before: readonly string[];
  readonly lacking: readonly (readonly Unmet[])[];
}

/** Weighted random order, best first: each improvement draws `u ** (1 / weight)` (Efraimidis and Spirakis, 2006). */
function rank(seed: number, seen: Seen): readonly Improvement[] {
  const context = withoutVolatile([seen.text, ...seen.before].join('\n'));
  const draws = CATALOGUE.map((improvement) => ({
    improvement,
    draw: chance(seed, 'diagnose', improvement.title, context) ** (1 / weigh(improvement, seen)),
  }));
  return draws.sort((a, b) => b.draw - a.draw).map(({ improvement }) => improvement);
}

function weigh(improvement: Improvement, { text, before, lacking }: Seen): number {
  const { worth, meantFor, mark, answers } = improvement;
  const asked = answers !== undefined && QUESTIONS[answers].test(text);
  if (answers !== undefined && !asked) return 0;
  const seen = lacking.filter((needs) => meantFor.some((need) => needs.includes(need))).length;
  const lines = text.split('\n');
  const donated = lines.some((line) => line.startsWith('+') && mark.test(line));
  const present = lines.some((line) => !/^[+-]/.test(line) && mark.test(line));
  const { better, worse } = record(improvement, before);
  const hopeless = present || worse;
  const told = SEEN * better + (donated ? DONATED : 0) + (asked ? ASKED : 0);
  return (BASE[worth] + SEEN * seen + told) * (hopeless ? HAS_IT : 1);
}

/**
 * What the list of earlier proposals says of an improvement: by how many tasks it made another version better, or that it was tried for
 * this agent, came to nothing, or did harm.
 */
function record(
  { title }: Improvement,
  lines: readonly string[],
): { readonly better: number; readonly worse: boolean } {
  const at = lines.findIndex((line) => /^\d+\. /.test(line) && line.endsWith(`. ${title}`));
  const ended = at < 0 ? '' : (lines.slice(at + 1).find((line) => line.startsWith('   (')) ?? '');
  const [, own, before] = /it resolved (\d+) of \d+ tasks, and what it was made from (\d+)/.exec(ended) ?? [];
  const gain = Number(own ?? 0) - Number(before ?? 0);
  const vain = /for this agent|no change came of it|was refused|very code of another|failed its own check|tampered/;
  return { better: Math.max(0, gain), worse: gain < 0 || vain.test(ended) };
}

/** How a diagnosis shows what a task came to: with its records, or in a list. */
const RECORD =
  /<data id="(\w+)" what="(?:task (\d+)|the task|our agent): outcome">\noutcome: (\w+)\n[\s\S]*?\n<\/data \1>/g;
const LISTED = /^task (\d+): (\w+)$/gm;

interface Shown {
  readonly task: number;
  readonly resolved: boolean;
  /** Of a task whose statement is shown. */
  readonly lacking: readonly Unmet[];
}

/** The tasks a diagnosis shows, by their numbers. */
function outcomesIn(katas: readonly Kata[], text: string, conversation: Conversation): readonly Shown[] {
  const records = [...text.matchAll(RECORD)].map(({ index, 0: quoted, 2: number = '1', 3: outcome }) => {
    const kata = katasIn(katas, text.slice(index + quoted.length))[0];
    return { task: Number(number), outcome, lacking: kata ? unmet(kata, conversation, 0) : [] };
  });
  const listed = [...text.matchAll(LISTED)].map(([, number, outcome]) => ({
    ...{ task: Number(number), outcome },
    lacking: [],
  }));
  return (records.length > 0 ? records : listed).map(({ task, outcome, lacking }) => ({
    ...{ task, lacking },
    resolved: outcome === 'resolved',
  }));
}

/** Chances that it gives a task: to be fixed by what answers all that it lacked, some of it, or none; to be broken. */
const CHANCES = { all: 0.75, some: 0.35, none: 0.12, broken: 0.08 } as const;
/** How far it is off at most, either way. */
const UNSURE = 0.08;

/** What it expects of the tasks shown. It knows what the improvement is meant for, and neither its luck nor what does harm. */
function predict(seed: number, { title, meantFor }: Improvement, shown: readonly Shown[]) {
  return shown.map(({ task, resolved, lacking }) => {
    const answered = lacking.filter((need) => meantFor.some((meant) => meant === need)).length;
    const sure = answered === 0 ? 'none' : answered === lacking.length ? 'all' : 'some';
    const off = (2 * chance(seed, 'predict', title, task, lacking.join()) - 1) * UNSURE;
    return {
      task,
      change: resolved ? 'break' : 'fix',
      chance: Number((CHANCES[resolved ? 'broken' : sure] + off).toFixed(2)),
    };
  });
}

/** What a special operator's diagnosis is about, said back. */
function seenIn(text: string): string[] {
  return SIGNS.filter((sign) => QUESTIONS[sign].test(text)).map((sign) => `In these records: ${signWords([sign])}.`);
}

function summaryOf(lacking: readonly (readonly Unmet[])[]): string {
  const needs = [...new Set(lacking.flat())];
  return needs.length === 0
    ? 'The agent worked as it should; the model made a mistake of its own.'
    : `The model went without: ${needs.join(', ')}. So it wrote something plausible, and stopped.`;
}

/** Values for the schema's properties: those it knows by name, and the summary for any other text. */
function fill(schema: unknown, parts: Readonly<Record<string, unknown>>): unknown {
  const properties = (schema as { properties?: Record<string, { type?: unknown }> } | undefined)?.properties;
  if (!properties) return parts;
  return Object.fromEntries(
    Object.entries(properties).map(([name, { type }]) => {
      if (parts[name] !== undefined) return [name, parts[name]];
      if (type === 'array') return [name, []];
      if (type === 'boolean') return [name, false];
      return [name, type === 'string' ? parts.summary : 0];
    }),
  );
}

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
/** What is left of an improvement that the source has already. */
const HAS_IT = 0.05;

/** A diagnosis as the request's schema wants it. Looks at the evidence; is not always right. */
export function diagnose(seed: number, katas: readonly Kata[], conversation: Conversation): string {
  const text = conversation.turns.map((turn) => turn.text).join('\n');
  const lacking = katasIn(katas, text).map((kata) => unmet(kata, conversation, 0));
  const ranked = rank(seed, text, lacking);
  const best = ranked[0]!;
  const parts = {
    summary: [...seenIn(text), summaryOf(lacking)].join(' '),
    considered: ranked.slice(0, 4).map(({ title }) => title),
    title: best.title,
    proposal: best.proposal,
  };
  return JSON.stringify(fill(conversation.schema, parts));
}

/** Weighted random order, best first: each improvement draws `u ** (1 / weight)` (Efraimidis and Spirakis, 2006). */
function rank(seed: number, text: string, lacking: readonly (readonly Unmet[])[]): readonly Improvement[] {
  const context = withoutVolatile(text);
  const draws = CATALOGUE.map((improvement) => ({
    improvement,
    draw: chance(seed, 'diagnose', improvement.title, context) ** (1 / weigh(improvement, text, lacking)),
  }));
  return draws.sort((a, b) => b.draw - a.draw).map(({ improvement }) => improvement);
}

function weigh(improvement: Improvement, text: string, lacking: readonly (readonly Unmet[])[]): number {
  const { worth, meantFor, mark, answers } = improvement;
  const asked = answers !== undefined && QUESTIONS[answers].test(text);
  if (answers !== undefined && !asked) return 0;
  const seen = lacking.filter((needs) => meantFor.some((need) => needs.includes(need))).length;
  const lines = text.split('\n');
  const donated = lines.some((line) => line.startsWith('+') && mark.test(line));
  const present = lines.some((line) => !/^[+-]/.test(line) && mark.test(line));
  return (BASE[worth] + SEEN * seen + (donated ? DONATED : 0) + (asked ? ASKED : 0)) * (present ? HAS_IT : 1);
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
function fill(schema: unknown, parts: Readonly<Record<string, string | readonly string[]>>): unknown {
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

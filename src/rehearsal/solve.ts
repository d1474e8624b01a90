import { withoutVolatile } from '../gateway/record/volatile.ts';
import type { Action, Answer } from './action.ts';
import { chance } from './chance.ts';
import type { Conversation, Turn } from './conversation.ts';
import type { Kata } from './katas.ts';
import { PATIENCE, unmet } from './unmet.ts';

/** How often the model gets a task wrong that it was shown everything of, and right that it lacks one thing for. */
const SLIP = 0.04;
const LUCK = 0.22;
/** How often it does what the prompt tells it to do besides. */
const OBEDIENCE = 0.75;

const LOOK_FIRST = /(look at|read|view|inspect)[^.]* files?[^.]* (first|before)/i;
const RUN_EXAMPLES = /run[^.]* (examples?|checks?|tests?)[^.]*(after|when|before)/i;
const PLAN_FIRST = /(first|begin)[^.]* plan|plan[^.]* (first|before)/i;

/** The next answer of a model that works on a kata. Depends on nothing but the seed and the conversation. */
export function solve(seed: number, kata: Kata, conversation: Conversation): Answer {
  const { turns } = conversation;
  const own = turns.filter((turn) => turn.role === 'assistant');
  const wroteAt = turns.findIndex((turn) => writes(turn, kata.draft) || writes(turn, kata.solution));
  const right = own.some((turn) => writes(turn, kata.solution));
  const told = turns
    .filter((turn) => turn.role === 'system')
    .map((turn) => turn.text)
    .join('\n');
  const obeys = (order: RegExp) => order.test(told) && chance(seed, 'obeys', kata.id, order.source) < OBEDIENCE;

  if (own.length === 0 && obeys(PLAN_FIRST)) return { text: plan(kata), actions: [] };
  if (wroteAt < 0 && !own.some((turn) => turn.calls.length > 0) && obeys(LOOK_FIRST))
    return { text: 'I will look at the files first.', actions: look(kata) };
  if (right) return done();

  const lacking = unmet(kata, conversation, wroteAt);
  const opening = turns.slice(0, turns.findIndex((turn) => turn.role === 'user') + 1);
  const dice = chance(seed, 'dice', kata.id, withoutVolatile(opening.map((turn) => turn.text).join('\n')));
  const knows = lacking.length === 0 ? dice >= SLIP : lacking.length === 1 && lacking[0] !== 'gist' && dice < LUCK;
  if (knows) return { text: 'I see what is needed.', actions: write(kata.solution) };
  if (wroteAt < 0) return { text: 'I will write it.', actions: write(kata.draft) };

  const last = turns.at(-1)!;
  const command = kata.example?.command;
  if (command && obeys(RUN_EXAMPLES) && !own.some(({ calls }) => calls.some(({ args }) => args.includes(command))))
    return { text: 'Now the examples.', actions: [{ type: 'bash', command }] };
  const patient = kata.needs.includes('turns') && own.length < PATIENCE;
  if (patient && last.role === 'tool') return { text: 'One more step.', actions: [step(kata, own.length)] };
  return done();
}

function done(): Answer {
  return { text: 'The task is done.', actions: [] };
}

function plan(kata: Kata): string {
  return `My plan: understand the task, then write ${kata.solutionPaths.join(' and ')}, then check it.`;
}

function look(kata: Kata): Action[] {
  const named = [...kata.workspace.keys()].filter((path) => kata.statement.includes(path));
  return named.map((path) => ({ type: 'view', path }));
}

/** A small step that shows nothing of a file. */
function step(kata: Kata, n: number): Action {
  return { type: 'bash', command: `wc -l '${kata.solutionPaths[n % kata.solutionPaths.length]}'` };
}

function write(files: ReadonlyMap<string, string>): Action[] {
  return [...files].map(([path, content]) => ({ type: 'create', path, content }));
}

/** Whether the model wrote these files in this turn, by whatever tool. */
function writes(turn: Turn, files: ReadonlyMap<string, string>): boolean {
  if (turn.role !== 'assistant') return false;
  const wrote = [turn.text, ...turn.calls.map(({ args }) => valuesOf(args))].join('\n');
  return [...files.values()].every((content) => wrote.includes(content.trim()));
}

function valuesOf(args: string): string {
  try {
    return Object.values(JSON.parse(args) as Record<string, unknown>).join('\n');
  } catch {
    return args;
  }
}

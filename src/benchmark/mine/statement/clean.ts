import { type Drop, drop } from '../drop.ts';
import { type Answer, leakIn } from './answer.ts';

/** What people wrote about a change. */
export interface Words {
  readonly title: string;
  readonly body: string;
}

/** Words that say nothing of what is wrong. */
const EMPTY = new Set(
  'a an the and or of for in on to with from is are be it this that some any all more minor small various fix fixes fixed bug bugs issue issues update updates updated change changes changed improve improvements refactor refactoring cleanup clean up misc wip test tests testing release version bump add added adds adding typo typos code review comments feedback merge branch pull request lint linting format formatting tweak tweaks ci build'.split(
    ' ',
  ),
);
const LEAST_WORDS = 2;
/** Of what people wrote; the rest is not read. */
const MOST_LETTERS = 20_000;

const TYPE =
  /^(?:(?:fix|feat|feature|bug|bugfix|chore|refactor|perf|docs|style|test|build|ci|revert)(?:\([^)]*\))?!?:\s*|\[(?:fix|new|breaking|patch|minor|major|bugfix|feature)\]\s*|:\w+:\s*)+/i;
const REFERENCE =
  /\s*\(?(?:\b(?:closes?|closed|fix(?:es|ed)?|resolves?|resolved|refs?|see|issue|pr)\b:?\s*)?(?:(?:[\w.-]+\/[\w.-]+)?#|\bGH-|https?:\/\/\S+\/issues\/)\d+\)?\.?/gi;
/** What belongs to how a change was made. */
const NOISE =
  /^(?:[A-Z][\w-]*-(?:[Bb]y|[Ii]d|[Oo]n|[Cc]hecks?|[Dd]ate)\s*:.*|\(?cherry picked from .*|[-*]\s*\[[ xX]\].*|!\[.*|[-*_=\s]+|BREAKING CHANGE:?\s*|#+\s*(?:checklist|type of change|how has this been tested|related issues?|tests?)\b.*)$/;
/** The whole of a sentence, so that a change to what tests are about stays. */
const ABOUT_TESTS =
  /^(?:also |and )?(?:add|include|update|adjust|extend|fix|write|create)\w*\b[^.]{0,30}\b(?:tests?|specs?|test ?cases?|coverage)\b(?:\s+(?:for|to|of|in|about|that|which|as)\b.*)?[.!]?$/i;

/** One change's words as a statement, or why there is none. Sentences that give the answer away are taken out. */
export function statementOf(
  words: Words,
  answer: Answer,
): { readonly text: string; readonly removed: readonly string[] } | Drop {
  const title = words.title.replace(TYPE, '');
  const units = [[title], ...unitsOf(words.body.slice(0, MOST_LETTERS))].map((unit) =>
    unit.map(tidy).filter((sentence) => !isNoise(sentence)),
  );
  if (!says(units.flat().join('\n'))) return drop('statement-empty', words.title.slice(0, 100));
  const removed: string[] = [];
  const kept = units.map((unit) =>
    unit.filter((sentence) => {
      const leak = leakIn(sentence, answer);
      if (leak !== null) removed.push(leak);
      return leak === null;
    }),
  );
  const [head = [], ...rest] = kept;
  const text = [head.map((line) => `# ${capital(line)}`), ...rest]
    .filter((unit) => unit.length > 0)
    .map((unit) => unit.join(' '))
    .join('\n\n');
  // What no sentence says alone, several may say together.
  const left = leakIn(text, answer);
  if (left !== null) return drop('statement-leaks', left);
  return says(text) ? { text, removed } : drop('statement-leaks', removed[0]);
}

/** Sentences by paragraph and list item; a fenced block is one sentence. */
function unitsOf(body: string): readonly (readonly string[])[] {
  const units: string[][] = [];
  let paragraph: string[] = [];
  let fence: string[] | null = null;
  const close = () => {
    if (paragraph.length > 0) units.push(sentencesOf(paragraph.join(' ')));
    paragraph = [];
  };
  for (const line of body.replace(/<!--[\s\S]*?(?:-->|$)/g, '').split(/\r?\n/)) {
    if (/^\s*(?:```|~~~)/.test(line)) {
      if (fence === null) close();
      else units.push([`\`\`\`\n${fence.join('\n')}\n\`\`\``]);
      fence = fence === null ? [] : null;
    } else if (fence !== null) fence.push(line);
    else if (line.trim() === '') close();
    else {
      if (/^\s*(?:[-*+]|\d+[.)]|#+|\||>)\s|^[A-Z][\w-]+: /.test(line)) close();
      paragraph.push(line.trim());
    }
  }
  // A block without its end.
  if (fence !== null) paragraph.push(...fence);
  close();
  return units;
}

function sentencesOf(paragraph: string): string[] {
  return paragraph.split(/(?<=[.!?]["')`]*)\s+(?=["'(`[]*\p{Lu})/u);
}

/** References to other places are nothing that can be followed. */
function tidy(sentence: string): string {
  return sentence.startsWith('```') ? sentence : sentence.replace(REFERENCE, '').trim();
}

function isNoise(sentence: string): boolean {
  return (
    sentence.replace(/[\p{P}\s]/gu, '') === '' ||
    NOISE.test(sentence) ||
    (!sentence.startsWith('```') && ABOUT_TESTS.test(sentence))
  );
}

/** Whether a text says what is to be done: by words that are not said of any change. */
function says(text: string): boolean {
  const words = (text.match(/\p{L}[\p{L}\p{N}_]+/gu) ?? []).filter((word) => !EMPTY.has(word.toLowerCase()));
  return words.length >= LEAST_WORDS;
}

function capital(line: string): string {
  return /^\p{Ll}\p{L}*\s/u.test(line) ? line[0]!.toUpperCase() + line.slice(1) : line;
}

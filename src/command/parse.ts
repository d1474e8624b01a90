import { parseVariantId } from '../model/ids.ts';
import { MAX_IDEA } from '../model/memory/idea.ts';
import {
  ADOPT_OPTIONS,
  type AdoptOptions,
  CALIBRATE_OPTIONS,
  type CalibrateOptions,
  COMMANDS,
  type Command,
  type CommandName,
  MEASURE_OPTIONS,
  type MeasureOptions,
  type OptionDoc,
  PROVE_OPTIONS,
  type ProveOptions,
  RUN_OPTIONS,
  type RunOptions,
} from './command.ts';
import { proseLinesWith } from './prose.ts';

export type Parsed =
  /** The comment addresses nobody here. */
  | { readonly kind: 'none' }
  /** `written` is the command as it was given, safe to show. */
  | { readonly kind: 'command'; readonly command: Command; readonly written: string }
  /** Meant as a command but not one: `problem` names what, `hint` what to write instead. All are safe to show. */
  | { readonly kind: 'refused'; readonly problem: string; readonly hint: string; readonly written: string };

/**
 * The command in a comment. Only a line that begins with `/huxley`, in whatever case, and that GitHub shows as ordinary text
 * counts. A comment carries one command at most.
 */
export function parseCommand(comment: string): Parsed {
  const lines = commandLines(comment);
  if (lines.length === 0) return { kind: 'none' };
  return { ...read(lines), written: shown(lines[0]!) };
}

function commandLines(comment: string): string[] {
  const found = proseLinesWith('/huxley', comment);
  const lines = found.length === 0 ? [] : comment.split(/\r\n?|\n/);
  return found.map((at) => lines[at]!.trim());
}

type Read = Unwritten<Exclude<Parsed, { kind: 'none' }>>;
type Unwritten<T> = T extends unknown ? Omit<T, 'written'> : never;

function read(written: readonly string[]): Read {
  if (written.length > 1)
    return refused(
      `a comment can carry only one command, and this one has ${written.length}, from \`${shown(written[0]!)}\` to \`${shown(written.at(-1)!)}\``,
      'Write each command in a comment of its own.',
    );
  const [word = '', ...args] = written[0]!.split(/\s+/).slice(1);
  const name = word.toLowerCase();
  if (name === '') return refused('no command after /huxley', 'Try `/huxley help`.');
  if (!Object.hasOwn(COMMANDS, name)) {
    const near = nearest(name, Object.keys(COMMANDS));
    return refused(
      `there is no command \`${shown(word)}\``,
      near ? `Did you mean \`/huxley ${near}\`?` : 'Try `/huxley help`.',
    );
  }
  // What is in a person's own words keeps its blanks.
  const words = written[0]!.replace(/^\S+\s+\S+\s*/, '').trim();
  return readArguments(name as CommandName, args, words);
}

function readArguments(name: CommandName, args: readonly string[], words: string): Read {
  const usage = `Usage: \`/huxley ${COMMANDS[name].usage}\`.`;
  const [first, ...rest] = args;
  switch (name) {
    case 'run': {
      const options = readOptions<RunOptions>('run', RUN_OPTIONS, args);
      return 'kind' in options ? options : ok({ name, options });
    }
    case 'calibrate': {
      const options = readOptions<CalibrateOptions>('calibrate', CALIBRATE_OPTIONS, args);
      return 'kind' in options ? options : ok({ name, options });
    }
    case 'measure': {
      const given = args.filter((arg) => arg !== 'sealed');
      const options = readOptions<MeasureOptions>('measure', MEASURE_OPTIONS, given);
      if ('kind' in options) return options;
      return ok({ name, options: given.length < args.length ? { sealed: true, ...options } : options });
    }
    case 'adopt': {
      const options = readOptions<AdoptOptions>('adopt', ADOPT_OPTIONS, args);
      return 'kind' in options ? options : ok({ name, options });
    }
    case 'prove': {
      const variant = first === undefined ? undefined : parseVariantId(first);
      const options = readOptions<ProveOptions>('prove', PROVE_OPTIONS, variant === undefined ? args : rest);
      return 'kind' in options ? options : ok({ name, options, ...(variant === undefined ? {} : { variant }) });
    }
    case 'status':
    case 'pause':
    case 'resume':
    case 'stop':
    case 'help':
      return first === undefined ? ok({ name }) : refused(`\`${name}\` takes no arguments`, usage);
    case 'explain':
    case 'promote': {
      if (first === undefined) return ok({ name });
      const variant = parseVariantId(first);
      if (variant === undefined || rest.length > 0)
        return refused(`\`${shown(args.join(' '))}\` is not one variant`, usage);
      return ok({ name, variant });
    }
    case 'steer': {
      if (words === '') return ok({ name });
      const [, drop] = /^drop\s+(\d{1,3})$/.exec(words) ?? [];
      if (drop !== undefined) return ok({ name, drop: Number(drop) });
      return tooLong(words) ?? ok({ name, text: words });
    }
    case 'expand': {
      const [, id = '', idea] = /^(\S+?)(?:\s*:\s*(.+))?$/.exec(words) ?? [];
      const variant = parseVariantId(id);
      if (variant === undefined)
        return refused('`expand` needs a variant, such as v12, and an idea only after a colon', usage);
      return (
        (idea === undefined ? null : tooLong(idea)) ?? ok({ name, variant, ...(idea === undefined ? {} : { idea }) })
      );
    }
    case 'prune':
    case 'slim':
    case 'evaluate': {
      const variant = first === undefined ? undefined : parseVariantId(first);
      if (variant === undefined) return refused(`\`${name}\` needs a variant, such as v12`, usage);
      if (name === 'evaluate') {
        const odd = rest.find((task) => !/^[A-Za-z0-9][\w./-]{0,199}$/.test(task));
        return odd === undefined
          ? ok({ name, variant, tasks: [...new Set(rest)] })
          : refused(`\`${shown(odd)}\` cannot be a task's name`, usage);
      }
      return rest.length === 0 ? ok({ name, variant }) : refused(`\`${name}\` takes one variant`, usage);
    }
  }
}

function readOptions<T extends object>(
  name: CommandName,
  known: Readonly<Partial<Record<keyof T & string, OptionDoc>>>,
  args: readonly string[],
): T | (Read & { readonly kind: 'refused' }) {
  const options: Record<string, number | string> = {};
  for (const arg of args) {
    const [, key, value] = /^([A-Za-z]+)=(\S+)$/.exec(arg) ?? [];
    if (key === undefined || value === undefined)
      return refused(`\`${shown(arg)}\` is not key=value`, `Usage: \`/huxley ${COMMANDS[name].usage}\`.`);
    if (!Object.hasOwn(known, key)) {
      const near = nearest(key, Object.keys(known));
      const list = `Its options are ${Object.keys(known).join(', ')}.`;
      return refused(`\`${name}\` has no option \`${shown(key)}\``, near ? `Did you mean \`${near}\`? ${list}` : list);
    }
    if (Object.hasOwn(options, key)) return refused(`\`${key}\` is given twice`, 'Give each option once.');
    const option = known[key as keyof T & string]!;
    const read = option.read(value);
    if (read === undefined)
      return refused(`\`${key}=${shown(value)}\` is out of range`, `\`${key}\` is ${option.range}.`);
    options[key] = read;
  }
  return options as T;
}

function tooLong(words: string): Read | null {
  return words.length > MAX_IDEA
    ? refused(`the text has ${words.length} characters, and at most ${MAX_IDEA} are allowed`, 'Say it in fewer words.')
    : null;
}

function ok(command: Command): Read {
  return { kind: 'command', command };
}

function refused(problem: string, hint: string): Read & { readonly kind: 'refused' } {
  return { kind: 'refused', problem, hint };
}

/** A stranger's word, made harmless inside a code span and short. */
function shown(text: string): string {
  const plain = text.replace(/[^\w.,/=+: -]/g, '?');
  return plain.length > 40 ? `${plain.slice(0, 40)}...` : plain;
}

/** The known word at an edit distance of two at most, if there is one. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 20) return undefined;
  return known
    .map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ far }) => far <= 2)
    .sort((a, b) => a.far - b.far)[0]?.name;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

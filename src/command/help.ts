import { COMMANDS, RUN_OPTIONS } from './command.ts';

/** The reply to `/huxley help`, made from the tables the parser reads. */
export function helpText(): string {
  const commands = Object.values(COMMANDS).map(({ usage, does }) => `| \`/huxley ${usage}\` | ${does} |`);
  const options = Object.entries(RUN_OPTIONS).map(([key, { means, range }]) => `| \`${key}\` | ${means} | ${range} |`);
  return [
    'Write one of these at the start of a line, in a comment on an issue or a pull request. You need write access.',
    '',
    '| command | what it does |',
    '|---|---|',
    ...commands,
    '',
    'Options of `run`; the defaults come from `.github/huxley.yml`:',
    '',
    '| option | meaning | value |',
    '|---|---|---|',
    ...options,
  ].join('\n');
}

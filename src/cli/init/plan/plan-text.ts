import { CONFIGURATION_PATH } from '../../../config/configuration.ts';
import { KEY_SECRET } from '../../github/names.ts';
import type { InitFlags } from '../flags.ts';
import { SETUP_BRANCH } from '../remote/names.ts';
import type { Site } from '../remote/site.ts';
import type { Choices } from './choices.ts';
import type { PlannedFile } from './files.ts';
import { isWritten } from './files.ts';

interface Plan {
  readonly site: Site;
  readonly serverless: boolean;
  readonly files: readonly PlannedFile[];
  readonly secrets: readonly string[];
  /** What a new configuration says, and where that comes from; null where one is there. */
  readonly choices: Choices | null;
  readonly from: string;
  readonly flags: InitFlags;
  /** Whether there is something to commit. */
  readonly commits: boolean;
}

/** What is about to happen, before the last question. */
export function planText({ site, serverless, files, secrets, choices, from, flags, commits }: Plan): string {
  const { origin, access, why, defaultBranch } = site;
  const keys = [...secrets, ...(serverless ? [KEY_SECRET] : [])];
  const rows: readonly (readonly [string, string])[] = [
    ...(choices === null
      ? [['Agent', `as ${CONFIGURATION_PATH} says`] as const]
      : ([
          ['Agent', `${choices.solve}  (${from})`],
          ['Build', choices.build ?? 'nothing to install'],
          ['Check', choices.check ?? 'none'],
          ['Model', choices.baseURL === null ? choices.model : `${choices.model} at ${choices.baseURL}`],
          ['Tasks', choices.suite],
          ['Budget', `$${choices.budgetUSD} a run at most`],
        ] as const)),
    ['Runs', serverless ? 'only in GitHub Actions, without a server' : 'by an App that you run'],
    ['Files', filesText(files.filter(isWritten)) || 'all exist'],
    [
      'GitHub',
      access === null
        ? `left to you: ${why}`
        : `${origin.repository}: Environment \`huxley\` for ${defaultBranch} alone, ${keys.join(', ')}${serverless ? ', Actions may open pull requests' : ''}`,
    ],
    ['Commit', commits ? commitText(defaultBranch, flags) : 'nothing new'],
  ];
  return `\n${rows.map(([name, text]) => `  ${name.padEnd(8)}${text}`).join('\n')}\n\n`;
}

function commitText(defaultBranch: string, { commit, push }: InitFlags): string {
  if (!commit) return 'none';
  return push ? `on ${defaultBranch}, pushed` : `on branch ${SETUP_BRANCH}, with a pull request`;
}

const MOST_NAMED = 6;

function filesText(files: readonly PlannedFile[]): string {
  const paths = files.map(({ path }) => path);
  const more = paths.length - MOST_NAMED;
  return [...paths.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

import { commandLine } from '../../model/command-line.ts';
import { RUN_LABEL } from '../../run/begin/by-label.ts';
import { shellCommand } from '../terminal/print.ts';
import type { Guided } from './guide.ts';
import { STARTER_SUITE } from './plan/starter-suite.ts';
import type { Step } from './remote/step.ts';

/** What was done, what is there, what is left, and the one next thing. */
export function reportText(guided: Guided): string {
  const { files, steps, proposed, action } = guided;
  const all = [...steps, ...proposed];
  return [
    ...files.map(({ path, state, differences }) =>
      [`${MARKS[state]} ${path}${WORDS[state]}`, ...differences.map((line) => `      ${line}`)].join('\n'),
    ),
    ...ignoredText(guided),
    ...all.map(stepText),
    ...(action.commit === null && files.some(({ path }) => path.includes('/workflows/'))
      ? [
          `! The action is not pinned: GitHub shows no branch \`action\` of ${action.repository} here. Jobs cannot start without that branch, and its content can change.`,
        ]
      : []),
    '',
    `Next: ${nextText(guided)}`,
    '',
  ].join('\n');
}

const MARKS = { new: '✓', completed: '✓', same: '·', differs: '!', done: '✓', there: '·', left: '!' } as const;
const WORDS = {
  new: '',
  completed: ': completed',
  same: ' exists',
  differs: ' exists, and differs from what would be written',
} as const;

function ignoredText({ ignored, branch }: Guided): readonly string[] {
  if (ignored.length === 0) return [];
  const names = [...new Set(ignored.map((path) => (path.startsWith(`${STARTER_SUITE}/`) ? STARTER_SUITE : path)))];
  return [
    branch === null
      ? `! Ignored by git; add with \`${shellCommand('git', 'add', '--force', ...names)}\``
      : `· Ignored by git, and committed all the same: ${names.join(', ')}`,
  ];
}

function stepText({ state, what, why, remedy = [] }: Step): string {
  if (state !== 'left') return `${MARKS[state]} ${what}${state === 'there' ? ' exists' : ''}`;
  return [`${MARKS.left} Left to you: ${what} (${why})`, ...remedy.map((line) => `      ${line}`)].join('\n');
}

/** The one thing to do now. */
export function nextText({ site, serverless, steps, proposed, pull, branch, hasKey, commits }: Guided): string {
  const { origin, defaultBranch } = site;
  const [left] = [...proposed, ...steps].filter(({ state }) => state === 'left');
  if (left !== undefined) return [left.what, ...(left.remedy ?? []).slice(0, 1)].join(': ');
  if (pull !== null) return `merge ${pull}`;
  if (branch === null && commits) return `commit these files to ${defaultBranch}.`;
  if (!serverless && !hasKey)
    return `start the App with ${commandLine('serve')}, then run this again: it adds the App's key.`;
  const form = new URLSearchParams({ title: 'Let the agent improve itself', labels: RUN_LABEL });
  return `open an issue with the label \`${RUN_LABEL}\`, which starts a run: ${origin.webURL}/${origin.repository}/issues/new?${form}`;
}

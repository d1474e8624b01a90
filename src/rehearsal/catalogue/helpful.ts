import type { Edit, Improvement } from './improvement.ts';

const before = (find: RegExp, text: string): Edit => ({ find, put: `${text}$&` });
const after = (find: RegExp, text: string): Edit => ({ find, put: `$&${text}` });

const OPENING = / {2}const parts = \[task\.slice\(0, TASK_LIMIT\)\];\n/;
const NAMED_FILES = before(
  /\/\*\* Runs one tool call/,
  `/** Files of the current folder that the task names, each with its content. */
function filesNamedIn(task: string): string[] {
  const names = new Set([...task.matchAll(/\`([\\w./-]+\\.\\w+)\`/g)].map((match) => match[1]!));
  return [...names].flatMap((name) => {
    try {
      return [\`\${name}:\\n\${readFileSync(name, 'utf8')}\`];
    } catch {
      return [];
    }
  });
}

`,
);

const DONE = / {4}if \(calls\.length === 0\) break;\n/;
const START = / {2}opening\(mode, task\)\.forEach\(say\);\n/;
const CONSTANTS = /\nconst PROMPTS = \{/;
const REVIEW = before(
  CONSTANTS,
  `/** Asked once when the model says it is done. */
const REVIEW = 'Take a second look: compare your work with the task, point by point, and mend what is wrong.';
`,
);
const CHECK = before(
  /\/\*\* The loop: /,
  `/** What to tell the model when a command that the task names fails after its work; undefined when all is well. */
function complaintAbout(task: string): string | undefined {
  const command = /\`((?:node|python3|sh|bash) [^\`]+)\`/.exec(task)?.[1];
  const output = command === undefined ? '[exit status 0]' : bash(command);
  return output.endsWith('[exit status 0]') ? undefined : \`\${command} fails:\\n\${output}\\nMend your work.\`;
}

`,
);
const BOTH = `    const complaint = complaintAbout(task);
    if (complaint === undefined && reviewed) break;
    say({ role: 'user', content: [complaint ?? '', reviewed ? '' : REVIEW].join('\\n\\n').trim() });
    reviewed = true;
`;

/** Changes that pay, some of them only once others are there. */
export const HELPFUL: readonly Improvement[] = [
  {
    title: 'Show the model the whole task',
    proposal:
      'Long tasks are cut off before the model reads them, and their last paragraphs often hold the decisive conditions. Raise TASK_LIMIT so that no task is cut. It works when the opening holds the end of a long task.',
    worth: 'helpful',
    meantFor: ['statement'],
    mark: /TASK_LIMIT = \d{2,3}_000/,
    ways: [[{ find: /const TASK_LIMIT = [\d_]+;/, put: 'const TASK_LIMIT = 100_000;' }]],
  },
  {
    title: 'Give the model more turns',
    proposal:
      'The loop ends after a handful of answers, while the model is still working step by step. Raise MAX_TURNS. It works when a task of many steps is carried to its end.',
    worth: 'helpful',
    meantFor: ['turns'],
    mark: /MAX_TURNS = [12]\d;/,
    ways: [[{ find: /const MAX_TURNS = \d+;/, put: 'const MAX_TURNS = 24;' }]],
  },
  {
    title: 'Show the current content of the file to change',
    proposal:
      'The model writes a file it has never seen and loses what was in it. Add the content of the first file the task names to the opening. It works when the opening holds that content.',
    worth: 'helpful',
    meantFor: ['file'],
    mark: /filesNamedIn\(task\)(\.slice\(0, 1\))?\)/,
    ways: [
      [{ find: /filesNamedIn\(task\)\.slice\(1\)/, put: 'filesNamedIn(task)' }],
      [after(OPENING, '  parts.push(...filesNamedIn(task).slice(0, 1));\n'), NAMED_FILES],
    ],
  },
  {
    title: 'Show the other files the task refers to',
    proposal:
      'Tasks point to documents and modules beside the file to change, and the model guesses what is in them. Add the content of the further files the task names to the opening. It works when the opening holds them.',
    worth: 'helpful',
    meantFor: ['neighbours'],
    mark: /filesNamedIn\(task\)(\.slice\(1\))?\)/,
    ways: [
      [{ find: /filesNamedIn\(task\)\.slice\(0, 1\)/, put: 'filesNamedIn(task)' }],
      [after(OPENING, '  parts.push(...filesNamedIn(task).slice(1));\n'), NAMED_FILES],
    ],
  },
  {
    title: 'Run the check a task names and show the model what fails',
    proposal:
      'The agent believes the model when it says it is done, although many tasks name a command that shows whether the work holds. When the model is done, run that command; if it fails, tell the model its output and go on. It works when a failing example leads to another attempt.',
    worth: 'helpful',
    meantFor: ['failing-output'],
    mark: /complaintAbout/,
    ways: [
      [
        {
          find: DONE,
          put: `    if (calls.length > 0) continue;
    const complaint = complaintAbout(task);
    if (complaint === undefined) break;
    say({ role: 'user', content: complaint });
`,
        },
        CHECK,
      ],
      [
        {
          find: / {4}if \(reviewed\) break;\n {4}reviewed = true;\n {4}say\(\{ role: 'user', content: REVIEW \}\);\n/,
          put: BOTH,
        },
        CHECK,
      ],
    ],
  },
  {
    title: 'Ask the model for a second look before it ends',
    proposal:
      'First versions often miss a condition that the model finds by itself when it compares its work with the task. When the model says it is done, ask it once to review its work, then go on with the loop. It works when an overlooked condition is mended.',
    worth: 'helpful',
    meantFor: ['second-look'],
    mark: /reviewed/,
    ways: [
      [
        {
          find: DONE,
          put: `    if (calls.length > 0) continue;
    if (reviewed) break;
    reviewed = true;
    say({ role: 'user', content: REVIEW });
`,
        },
        after(START, '  let reviewed = false;\n'),
        REVIEW,
      ],
      [
        {
          find: / {4}const complaint = complaintAbout\(task\);\n {4}if \(complaint === undefined\) break;\n {4}say\(\{ role: 'user', content: complaint \}\);\n/,
          put: BOTH,
        },
        after(START, '  let reviewed = false;\n'),
        REVIEW,
      ],
    ],
  },
  {
    title: 'Tell the model to look at the files before it writes',
    proposal:
      'The model starts to write without having looked at anything. Tell it in the prompt to view the files that the task names before it changes one. It works when the first tool calls are views.',
    worth: 'helpful',
    meantFor: ['file', 'neighbours'],
    mark: /View the files the task names/,
    ways: [[after(/editing files in the current folder\./, '\nView the files the task names first.')]],
  },
  {
    title: 'Show the model more of what a command prints',
    proposal:
      'Output of commands is cut so short that long files and failures cannot be read. Raise OUTPUT_LIMIT. It works when the whole output of a failing command reaches the model.',
    worth: 'helpful',
    meantFor: [],
    mark: /OUTPUT_LIMIT = \d+_000/,
    ways: [[{ find: /const OUTPUT_LIMIT = [\d_]+;/, put: 'const OUTPUT_LIMIT = 20_000;' }]],
  },
  {
    title: 'Tell the model to run the examples after it writes',
    proposal:
      'The model does not try its work out. Tell it in the prompt to run the examples that the task names once it has written, and to mend what fails. It works when a command follows the writing.',
    worth: 'helpful',
    meantFor: ['failing-output'],
    mark: /Run the examples/,
    ways: [
      [
        after(
          /editing files in the current folder\./,
          '\nRun the examples the task names after you write, and mend what fails.',
        ),
      ],
    ],
  },
];

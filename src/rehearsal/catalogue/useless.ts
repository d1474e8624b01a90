import type { Improvement } from './improvement.ts';

const ROLE = /You are a coding agent\. Solve/;

/** Changes that sound well and change nothing that counts. */
export const USELESS: readonly Improvement[] = [
  {
    title: 'Ask the model to think step by step',
    proposal:
      'The model answers hastily. Tell it in the prompt to think step by step. It works when its answers show more thought.',
    worth: 'useless',
    meantFor: [],
    mark: /Think step by step/,
    ways: [[{ find: /(Solve the task by editing files in the current folder\.)/, put: '$1\nThink step by step.' }]],
  },
  {
    title: 'Describe the agent as an experienced engineer',
    proposal:
      'The prompt does not set a standard. Say that the model is an experienced engineer who writes clean, tested code. It works when the code reads better.',
    worth: 'useless',
    meantFor: [],
    mark: /experienced engineer/,
    ways: [[{ find: ROLE, put: 'You are an experienced engineer who writes clean code. Solve' }]],
  },
  {
    title: 'Allow commands more time',
    proposal:
      'A slow command is ended before it is done. Raise COMMAND_SECONDS. It works when a command of one minute gives its output.',
    worth: 'useless',
    meantFor: [],
    mark: /COMMAND_SECONDS = 120/,
    ways: [[{ find: /const COMMAND_SECONDS = \d+;/, put: 'const COMMAND_SECONDS = 120;' }]],
  },
  {
    title: 'Say on standard error how the session went',
    proposal:
      'Nobody sees what the agent does while it runs. Print the number of each turn and of the tools called to standard error. It works when the lines show up.',
    worth: 'useless',
    meantFor: [],
    mark: /console\.error\(`turn/,
    ways: [
      [
        {
          find: / {4}const calls = answer\.tool_calls \?\? \[\];\n/,
          put: '$&    console.error(`turn ${turn}: ${calls.length} tool calls`);\n',
        },
      ],
    ],
  },
  {
    title: 'Explain the tools in more detail',
    proposal:
      'The description of the shell tool is short. Say that it is bash, that every call starts afresh in the current folder, and that output is cut. It works when the model uses the tool with more confidence.',
    worth: 'useless',
    meantFor: [],
    mark: /starts afresh/,
    ways: [
      [
        {
          find: /'Runs a shell command in the current folder and returns its output\.'/,
          put: "'Runs a bash command in the current folder; every call starts afresh. Returns its output.'",
        },
      ],
    ],
  },
];

import type { Improvement } from './improvement.ts';

/** Changes that cost success, at once or together with others, and that no check of the agent's own notices. */
export const HARMFUL: readonly Improvement[] = [
  {
    title: 'Send shorter prompts to save tokens',
    proposal:
      'Much of a task is small talk that costs tokens. Lower TASK_LIMIT, so that only the beginning is sent. It works when the opening is shorter.',
    worth: 'harmful',
    meantFor: [],
    mark: /TASK_LIMIT = 400;/,
    ways: [[{ find: /const TASK_LIMIT = [\d_]+;/, put: 'const TASK_LIMIT = 400;' }]],
  },
  {
    title: 'Let the model plan before it acts',
    proposal:
      'The model acts before it has thought. Tell it in the prompt to answer with a plan in words first. It works when the first answer is a plan.',
    worth: 'harmful',
    meantFor: [],
    mark: /First answer with a plan/,
    ways: [
      [
        {
          find: /(Solve the task by editing files in the current folder\.)/,
          put: '$1\nFirst answer with a plan in words, then carry it out.',
        },
      ],
    ],
  },
  {
    title: 'Stop early to save money',
    proposal:
      'Most turns after the first two repeat what is known. Lower MAX_TURNS. It works when sessions get cheaper.',
    worth: 'harmful',
    meantFor: [],
    mark: /MAX_TURNS = 2;/,
    ways: [[{ find: /const MAX_TURNS = \d+;/, put: 'const MAX_TURNS = 2;' }]],
  },
  {
    title: 'Keep the conversation short by dropping old messages',
    proposal:
      'Long conversations distract the model. Send only the system message and the latest messages. It works when a request never has more than a few messages.',
    worth: 'harmful',
    meantFor: [],
    mark: /slice\(1\)\.slice\(-2\)/,
    ways: [[{ find: /await ask\(messages\);/, put: 'await ask([messages[0]!, ...messages.slice(1).slice(-2)]);' }]],
  },
  {
    title: 'Call the shell tool by its proper name',
    proposal:
      "The tool that runs commands is called 'bash', although it is any shell. Call it 'shell' where the tools are declared. It works when the model calls it so.",
    worth: 'harmful',
    meantFor: [],
    mark: /tool\('shell'/,
    ways: [[{ find: /tool\('bash',/, put: "tool('shell'," }]],
  },
];

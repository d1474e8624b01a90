import type { Improvement } from './improvement.ts';

/** Changes carried out so badly that the agent does not start or fails its own tests. */
export const BROKEN: readonly Improvement[] = [
  {
    title: 'Count turns down instead of up',
    proposal:
      'A loop that counts down shows how many turns are left. Turn it round. It works when the loop still ends.',
    worth: 'broken',
    meantFor: [],
    mark: /turn--/,
    ways: [
      [
        {
          find: /for \(let turn = 1; turn <= MAX_TURNS; turn\+\+\) \{/,
          put: 'for (let turn = MAX_TURNS; turn > 0; turn--  {',
        },
      ],
    ],
  },
  {
    title: 'Make the two modes an enumeration',
    proposal:
      'The modes are bare strings that are easy to mistype. Declare them as an enum. It works when the types hold.',
    worth: 'broken',
    meantFor: [],
    mark: /enum Mode/,
    ways: [
      [{ find: /\nconst PROMPTS = \{/, put: "\nexport enum Mode {\n  Solve = 'solve',\n  Modify = 'modify',\n}\n$&" }],
    ],
  },
  {
    title: 'Tell the model how many turns are left',
    proposal:
      'The model does not know when it has to come to an end. Add the number of turns left to each tool result. It works when results end with it.',
    worth: 'broken',
    meantFor: [],
    mark: /turns left/,
    ways: [
      [
        {
          find: /content: runTool\(call\) \}\);/,
          put: 'content: `${runTool(call)}\\n${maxTurns - turn} turns left` });',
        },
      ],
    ],
  },
  {
    title: 'Report a session that ran out of turns as a failure',
    proposal:
      'A session that ends without the model being done looks like any other. End with exit status 1 then. It works when such a session fails.',
    worth: 'broken',
    meantFor: [],
    mark: /process\.exitCode = 1/,
    ways: [[{ find: / {4}if \(calls\.length === 0\)/, put: '    process.exitCode = 1;\n$&' }]],
  },
];

import type { Improvement } from './improvement.ts';

/** Changes that help where an attempt showed a sign, each the answer to the operator of that name. */
export const SPECIAL: readonly Improvement[] = [
  {
    title: 'Go on when the model ends without having used a tool',
    proposal:
      'The loop takes the first answer without a tool call for the end, also when nothing was done yet: a plan in words ends the session. When no tool was used so far, remind the model of it and go on. It works when a first answer in words is followed by a tool call.',
    worth: 'helpful',
    meantFor: [],
    answers: 'empty-patch',
    mark: /Nothing is changed yet/,
    ways: [
      [
        {
          find: / {4}for \(const call of calls\) say\(.*\n/,
          put: `$&    if (!messages.some(({ role }) => role === 'tool')) {
      say({ role: 'user', content: 'Nothing is changed yet. Use the tools to do the work.' });
      continue;
    }
`,
        },
      ],
    ],
  },
  {
    title: 'Shorten what the tools said when the conversation is too long',
    proposal:
      'One long result of a tool makes every further call fail, because the conversation is longer than the model can read, and the session ends in an error. When the endpoint refuses a call so, cut the results of tools short and ask again. It works when a session goes on after a file that is far too long.',
    worth: 'helpful',
    meantFor: [],
    answers: 'context-overflow',
    mark: /function shortened/,
    ways: [
      [
        {
          find: / {2}if \(!response\.ok\) throw/,
          put: `  const shorter = shortened(messages);
  if ((response.status === 400 || response.status === 413) && shorter.length > 0) return ask(shorter);
$&`,
        },
        {
          find: /\/\*\* The loop: /,
          put: `/** Characters kept of what a tool said, once the conversation was too long. */
const SHORT = 2_000;

/** The conversation with the results of tools cut short; empty when all of them are. */
function shortened(messages: readonly Message[]): Message[] {
  const long = ({ role, content }: Message) => role === 'tool' && (content ?? '').length > SHORT;
  if (!messages.some(long)) return [];
  return messages.map((message) => (long(message) ? { ...message, content: message.content!.slice(0, SHORT) } : message));
}

$&`,
        },
      ],
    ],
  },
];

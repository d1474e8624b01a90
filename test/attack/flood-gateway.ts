/**
 * A gateway in a process of its own, so that its memory is its own: floods it as the message it is sent says, and answers with
 * how much memory it had, in MiB, before and at the most.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGateway } from '../../src/gateway/gateway.ts';
import { CallLog } from '../../src/job/attempt/call-log.ts';

const MiB = 1024 * 1024;
const gateway = await startGateway({
  upstream: { baseURL: 'http://127.0.0.1:9/v1', apiKey: 'sk-nobody-listens' },
  models: ['gpt-5-mini'],
  budget: {},
  retry: { tries: 1, firstWait: 0, longestWait: 0, longestRetryAfter: 0 },
});
const log = new CallLog(120_000);
const token = gateway.token('t', {}, { transcript: log.sink });
const head = (length: number) =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: ${length}\r\n\r\n`;

/** Requests whose bodies never come to their end. */
async function unfinished(): Promise<void> {
  const body = Buffer.alloc(4 * MiB - 1, 'x');
  const sockets = Array.from({ length: 200 }, () => connect(gateway.socketPath));
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    socket.write(head(4 * MiB));
    socket.write(body);
  }
  await sleep(6_000);
  for (const socket of sockets) socket.destroy();
}

/** Large calls that are refused, one after another on several connections. */
async function refused(kind: string): Promise<void> {
  const content = 'word '.repeat(kind === 'upstream' ? 200_000 : 700_000);
  const body = JSON.stringify({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content }],
    ...(kind === 'field' ? { web_search_options: { a: 1 } } : {}),
  });
  const ask = async () => {
    for (let i = 0; i < 40; i++) {
      const headers = { authorization: `Bearer ${token}` };
      await fetch(`${gateway.baseURL}/chat/completions`, { method: 'POST', headers, body }).then((answer) =>
        answer.text(),
      );
    }
  };
  await Promise.all(Array.from({ length: 8 }, ask));
}

const mode = process.argv[2]!;
const used = () => process.memoryUsage().rss / MiB;
const before = used();
let most = before;
const timer = setInterval(() => {
  most = Math.max(most, used());
}, 20);
if (mode === 'unfinished') await unfinished();
else await refused(mode);
clearInterval(timer);
await gateway.close();
const { refused: calls, conversation } = log.close();
console.log(JSON.stringify({ before, most: Math.max(most, used()), calls, kept: conversation.length }));
process.exit(0);

// Runs inside a container without network, as the only server of names there is: writes down every name that is asked for, answers
// that there is none, and runs the command. node names.mjs FILE COMMAND [ARGUMENT...]
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { appendFileSync } from 'node:fs';

const [file, command, ...args] = process.argv.slice(2);
const seen = new Set();

/** The name in a question (RFC 1035, 4.1.2): labels, each with its length before it. */
function nameIn(message) {
  const labels = [];
  for (let at = 12; at < message.length && message[at] > 0 && message[at] < 64; at += message[at] + 1)
    labels.push(message.toString('latin1', at + 1, at + 1 + message[at]));
  return labels.join('.');
}

const server = createSocket('udp4', (message, from) => {
  const name = nameIn(message);
  if (name !== '' && seen.size < 100 && !seen.has(name)) {
    seen.add(name);
    appendFileSync(file, `${JSON.stringify(name)}\n`);
  }
  const answer = Buffer.from(message);
  // A response that says NXDOMAIN, with the question and nothing else.
  answer.writeUInt16BE(0x8183, 2);
  server.send(answer, from.port, from.address);
});
server.bind(53, '127.0.0.1', () => {
  const child = spawn(command, args, { stdio: 'inherit' });
  child.on('error', (error) => {
    console.error(`cannot run ${command}: ${error.message}`);
    process.exit(127);
  });
  child.on('exit', (code) => process.exit(code ?? 137));
});

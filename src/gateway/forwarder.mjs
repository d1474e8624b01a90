// Runs inside a container without network: listens on loopback, pipes to the gateway's Unix socket, then runs the command.
// node forwarder.mjs SOCKET PORT COMMAND [ARGUMENT...]
// Without a command it ends as soon as one that it started listens: that one stays, and nobody's exit code is in its hands.
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [socket, port, command, ...args] = process.argv.slice(2);

// Node opens its debugger to whoever sends this signal: to the command, too, which could then choose how this ends.
process.on('SIGUSR1', () => undefined);

if (command === undefined && process.send === undefined) {
  const [node, ...same] = process.argv;
  const staying = spawn(node, same, { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  staying.on('message', () => process.exit(0));
  staying.on('exit', () => process.exit(1));
} else
  createServer({ allowHalfOpen: true }, (client) => {
    const gateway = connect({ path: socket, allowHalfOpen: true });
    client.pipe(gateway).pipe(client);
    for (const end of [client, gateway])
      end.on('error', () => {
        client.destroy();
        gateway.destroy();
      });
  }).listen(Number(port), '127.0.0.1', () => {
    if (command === undefined) return process.send('listening', () => process.disconnect());
    const child = spawn(command, args, { stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(`cannot run ${command}: ${error.message}`);
      process.exit(127);
    });
    child.on('exit', (code) => process.exit(code ?? 137));
  });

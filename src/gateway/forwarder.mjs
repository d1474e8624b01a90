// Runs inside a container without network: listens on loopback, pipes to the gateway's Unix socket, then runs the command.
// node forwarder.mjs SOCKET PORT COMMAND [ARGUMENT...]
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [socket, port, command, ...args] = process.argv.slice(2);

createServer({ allowHalfOpen: true }, (client) => {
  const gateway = connect({ path: socket, allowHalfOpen: true });
  client.pipe(gateway).pipe(client);
  for (const end of [client, gateway])
    end.on('error', () => {
      client.destroy();
      gateway.destroy();
    });
}).listen(Number(port), '127.0.0.1', () => {
  const child = spawn(command, args, { stdio: 'inherit' });
  child.on('error', (error) => {
    console.error(`cannot run ${command}: ${error.message}`);
    process.exit(127);
  });
  child.on('exit', (code) => process.exit(code ?? 137));
});

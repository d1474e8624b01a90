// Holds the solution, as a user who can neither read the tests nor look into the process that runs them. It loads what it is
// asked to and calls what it is asked to; what it answers is data.
import { pathToFileURL } from 'node:url';
import { reader, writer } from './pipe.mjs';
import { Peer } from './wire.mjs';

const peer = new Peer(
  's',
  reader(4, () => process.exit(0)),
  writer(5),
);

process.on('unhandledRejection', () => undefined);

async function answer(kind, what) {
  if (kind === 'hello') peer.reply('ret', 'hello');
  else if (kind === 'load') {
    try {
      const module = await import(pathToFileURL(what));
      peer.reply(
        'ret',
        Object.entries(Object.getOwnPropertyDescriptors(module)).map(([name]) => [name, module[name]]),
      );
    } catch (error) {
      peer.reply('throw', error);
    }
  } else if (kind === 'turn') {
    const until = performance.now() + what;
    do await new Promise((resolve) => setImmediate(resolve));
    while (
      !peer.hasNews &&
      performance.now() < until &&
      (await new Promise((resolve) => setTimeout(resolve, 1, true)))
    );
    peer.reply('ret', undefined);
  } else peer.serve(kind, what);
}

for (;;) {
  const { kind, what } = peer.receive();
  await answer(kind, what);
}

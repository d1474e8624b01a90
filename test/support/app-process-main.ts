import { destination, pino } from 'pino';
import { openStore } from '../../src/app/open-store.ts';
import { startServer } from '../../src/app/server.ts';
import { QUICK } from './quick.ts';

// A worker that was killed cannot end what it started.
process.once('disconnect', () => process.exit(1));
const { store, options, writeLimits = null, ...spec } = JSON.parse(process.argv[2]!);
await startServer({
  ...spec,
  host: '127.0.0.1',
  store: await openStore(store),
  log: pino({ level: process.env.HUXLEY_TEST_LOG ?? 'silent' }, destination(2)),
  throttle: false,
  writeLimits,
  options: { ...QUICK, ...options },
});
process.send!('ready');

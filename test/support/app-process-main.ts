import { destination, pino } from 'pino';
import { startServer } from '../../src/app/server.ts';
import { openSqlite } from '../../src/archive/sqlite.ts';
import { QUICK } from './quick.ts';

const { path, ...spec } = JSON.parse(process.argv[2]!);
await startServer({
  ...spec,
  host: '127.0.0.1',
  store: await openSqlite(path),
  log: pino({ level: process.env.HUXLEY_TEST_LOG ?? 'silent' }, destination(2)),
  throttle: false,
  writeLimits: null,
  options: QUICK,
});
process.send!('ready');

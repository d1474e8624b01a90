import { openSqlite } from '../../src/store/sqlite.ts';

const store = await openSqlite(process.argv[2]!);
await store.append({ repository: 'o/r', run: 'r1' }, 0, [{ type: 'run.paused', by: 'x' }]);
process.send!('ready');
// Waits for its end, which is that of the test's process at the latest.
process.once('disconnect', () => process.exit());

// The controller's action as its sources are, with times for tests.
import { main } from '../../../action/src/controller/main.ts';
import { QUICK } from '../quick.ts';

const options = { ...QUICK, ...JSON.parse(process.env.HUXLEY_TEST_OPTIONS ?? '{}') };
await main({ options, patience: 5, wakeMs: 1_000 });

// The controller's action as its sources are, with times for tests.
import { main } from '../../../action/src/controller/main.ts';
import { QUICK } from '../quick.ts';

await main({ options: QUICK, patience: 5, wakeMs: 1_000 });

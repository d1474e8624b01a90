import { fail } from './cli/fail.ts';
import { listenForSignals } from './cli/interruption.ts';
import { createProgram } from './cli/program.ts';

listenForSignals();
await createProgram().parseAsync().catch(fail);

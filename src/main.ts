import { createProgram } from './cli/program.ts';
import { fail } from './cli/terminal/fail.ts';
import { listenForSignals } from './cli/terminal/interruption.ts';

listenForSignals();
await createProgram().parseAsync().catch(fail);

import { createProgram } from './cli/program.ts';
import { fail } from './cli/terminal/fail.ts';
import { listenForSignals } from './cli/terminal/interruption.ts';
import { useProxy } from './cli/terminal/use-proxy.ts';

listenForSignals();
useProxy();
await createProgram().parseAsync().catch(fail);

import { Command } from 'commander';
import * as bench from './cli/bench.ts';
import * as demo from './cli/demo.ts';
import * as doctor from './cli/doctor.ts';
import * as expand from './cli/expand.ts';
import { fail } from './cli/fail.ts';
import { listenForSignals } from './cli/interruption.ts';
import * as journal from './cli/journal.ts';
import * as key from './cli/key.ts';
import * as local from './cli/local.ts';
import * as recover from './cli/recover.ts';
import * as replay from './cli/replay.ts';
import * as serve from './cli/serve.ts';
import * as setup from './cli/setup.ts';
import * as simulate from './cli/simulate.ts';
import * as watch from './cli/watch.ts';

const program = new Command('huxley').description('Evolves a coding agent by pull request.').showHelpAfterError();

bench.register(program);
demo.register(program);
doctor.register(program);
expand.register(program);
journal.register(program);
key.register(program);
local.register(program);
recover.register(program);
replay.register(program);
serve.register(program);
setup.register(program);
simulate.register(program);
watch.register(program);

listenForSignals();
await program.parseAsync().catch(fail);

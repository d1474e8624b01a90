import { Command } from 'commander';
import * as agent from './agent/command.ts';
import * as bench from './bench/command.ts';
import * as demo from './demo/command.ts';
import * as doctor from './doctor/command.ts';
import * as expand from './expand/command.ts';
import * as init from './init/command.ts';
import * as inspect from './inspect/command.ts';
import * as journal from './journal/command.ts';
import * as recover from './journal/recover.ts';
import * as replay from './journal/replay.ts';
import * as watch from './journal/watch.ts';
import * as key from './key.ts';
import * as local from './local.ts';
import * as serve from './serve.ts';
import * as setup from './setup.ts';
import * as simulate from './simulate/command.ts';
import * as view from './view/command.ts';

/** Every command with its options. */
export function createProgram(): Command {
  const program = new Command('huxley').description('Evolves a coding agent by pull request.').showHelpAfterError();
  agent.register(program);
  bench.register(program);
  demo.register(program);
  doctor.register(program);
  expand.register(program);
  init.register(program);
  inspect.register(program);
  journal.register(program);
  key.register(program);
  local.register(program);
  recover.register(program);
  replay.register(program);
  serve.register(program);
  setup.register(program);
  simulate.register(program);
  view.register(program);
  watch.register(program);
  return program;
}

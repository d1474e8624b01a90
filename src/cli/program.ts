import { Command } from 'commander';
import * as bench from './bench.ts';
import * as demo from './demo.ts';
import * as doctor from './doctor.ts';
import * as expand from './expand.ts';
import * as journal from './journal.ts';
import * as key from './key.ts';
import * as local from './local.ts';
import * as recover from './recover.ts';
import * as replay from './replay.ts';
import * as serve from './serve.ts';
import * as setup from './setup.ts';
import * as simulate from './simulate.ts';
import * as watch from './watch.ts';

/** Every command with its options. */
export function createProgram(): Command {
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
  return program;
}

#!/usr/bin/env node
import { Command } from 'commander';
import { fail } from './cli/fail.ts';
import * as watch from './cli/watch.ts';

const program = new Command('huxley').description('Evolves a coding agent by pull request.').showHelpAfterError();

for (const command of [watch]) command.register(program);

await program.parseAsync().catch(fail);

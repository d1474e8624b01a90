#!/usr/bin/env node
import { Command } from 'commander';
import { fail } from './cli/fail.ts';

const program = new Command('huxley').description('Evolves a coding agent by pull request.').showHelpAfterError();

await program.parseAsync().catch(fail);

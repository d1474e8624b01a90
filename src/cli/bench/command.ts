import { type Command, InvalidArgumentError, Option } from 'commander';

import type { ConvertOptions } from '../../benchmark/convert/convert.ts';
import { MAX_GRADINGS } from '../../contract/contract.ts';
import * as mine from '../mine/command.ts';
import type { ExportOptions } from './exchange/export.ts';
import type { CalibrateOptions, GradeOptions, LockOptions, RunOptions, ValidateOptions } from './options.ts';

export function register(program: Command): void {
  const bench = program.command('bench').description('run and check benchmark suites');
  const common = (command: Command) =>
    command
      .option('--path <path>', 'folder with the data of a suite that is not embedded')
      .option('--tasks <glob>', 'only tasks whose id matches, e.g. "python-*"')
      .option('--concurrency <n>', 'tasks worked on at once', upTo(64), 2)
      .option('--no-install', 'install and start nothing; use what is there')
      .option('--json', 'JSON lines instead of text');

  common(
    bench
      .command('validate <suite>')
      .description('check that each task can be solved, and not by doing nothing or by cheating')
      .option('--out <folder>', 'where results go; by default a folder in huxley-report/')
      .option('--resume', 'continue where it stopped: tasks already found sound are not checked again'),
  ).action(async (suite: string, options: ValidateOptions) => (await import('./validate.ts')).validate(suite, options));
  bench
    .command('lock <suite>')
    .description('print what .github/huxley-suite.json must contain for runs on a suite that the App does not have')
    .option('--path <path>', 'folder with the data of the suite; for polyglot a clean checkout of the benchmark')
    .option('--tasks <glob>', 'only tasks whose id matches, e.g. "python-*"')
    .action(async (suite: string, options: LockOptions) => (await import('./lock.ts')).lock(suite, options));
  bench
    .command('convert <suite>')
    .description('write the tasks of a suite as folders in Harbor’s format')
    .requiredOption('--out <folder>', 'where the folders go')
    .option('--path <path>', 'folder with the data of a suite that is not embedded')
    .option('--tasks <glob>', 'only tasks whose id matches, e.g. "django__*"')
    .option(
      '--base <image>',
      'image of tasks without one, with bash, git, Node and pytest; else one is built from Debian',
    )
    .action(async (suite: string, options: ConvertOptions & { out: string }) =>
      (await import('./exchange/convert.ts')).convert(suite, options),
    );
  bench
    .command('export <source>')
    .description('print the results of a bench folder, or of a run’s exported journal, in another tool’s format')
    .addOption(
      new Option('--format <format>', 'predictions (SWE-bench’s), junit (XML) or inspect (Inspect’s log)')
        .choices(['predictions', 'junit', 'inspect'])
        .makeOptionMandatory(),
    )
    .option('--variant <id>', 'of a run: this variant instead of the one that was shipped')
    .option('--out <file>', 'write it there')
    .action(async (source: string, options: ExportOptions) =>
      (await import('./exchange/export.ts')).exportResults(source, options),
    );
  const solving = (command: Command) =>
    common(
      command
        .requiredOption('--agent <dir|oracle|nop|cheat|draft>', 'an agent’s folder, or a reference solution')
        .requiredOption('--suite <suite>', 'kata, polyglot, swe-bench/…, or a folder of tasks')
        .option('--model <name>', 'the model the agent is given')
        .option('--solve <command>', 'the agent’s command, instead of what its .github/huxley.yml says')
        .option('--out <folder>', 'where results go; by default a folder in huxley-report/')
        .option('--fresh', 'forget earlier results in that folder'),
    );
  solving(
    bench
      .command('run')
      .description('let an agent, or a reference solution, try the tasks of a suite; continues where it stopped'),
  ).action(async (options: RunOptions) => (await import('./run.ts')).run(options));
  solving(
    bench
      .command('calibrate')
      .description(
        'let an agent try each task several times: shows which tasks are flaky, and how much equal agents differ',
      )
      .option('--attempts <n>', 'attempts at each task', upTo(64), 4)
      .option('--gradings <n>', 'gradings of the files that each attempt leaves', upTo(MAX_GRADINGS), 3),
  ).action(async (options: CalibrateOptions) => (await import('./calibrate.ts')).calibrateSuite(options));
  common(
    bench
      .command('grade <predictions>')
      .description('grade predictions (JSON or JSON lines as SWE-bench writes them) without running any agent')
      .requiredOption('--suite <suite>', 'the suite they are for')
      .addOption(
        new Option('--grader <which>', 'hardened: ours; official: hand them to SWE-bench’s own harness')
          .choices(['hardened', 'official'])
          .default('hardened'),
      )
      .option('--out <folder>', 'where results go; by default a folder in huxley-report/'),
  ).action(async (file: string, options: GradeOptions) =>
    options.grader === 'official'
      ? (await import('./official.ts')).gradeOfficially(file, options)
      : (await import('./grade.ts')).gradePredictions(file, options),
  );
  mine.register(bench);
}

function upTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new InvalidArgumentError(`a whole number from 1 to ${most}`);
    return value;
  };
}

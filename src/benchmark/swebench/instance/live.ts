import { z } from 'zod';
import { HuxleyError } from '../../../model/error.ts';
import type { Instance } from './instance.ts';
import { END, START } from './marks.ts';
import { heredoc } from './script.ts';

const commands = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

/** Columns that only rows of SWE-bench-Live have. */
export const liveColumns = {
  docker_image: z.string().min(1).nullish(),
  rebuild_cmds: commands,
  test_cmds: z.array(z.string()).min(1),
  print_cmds: commands,
  log_parser: z.string().nullish(),
  /** What `log_parser` was called before. */
  parser: z.string().nullish(),
};
type LiveColumns = z.infer<z.ZodObject<typeof liveColumns>>;

/**
 * The image, the script and the rules of a row of SWE-bench-Live, after its `evaluation.py`.
 *
 * @throws HuxleyError `suite.row` for a log that only a program in the row can read
 */
export function liveInstance(
  row: LiveColumns,
  { id, testPatch }: Pick<Instance, 'id' | 'testPatch'>,
  place: string,
): Pick<Instance, 'image' | 'evalScript' | 'logParser' | 'evalType'> {
  const parser = row.log_parser ?? row.parser ?? '';
  if (parser.trim().toLowerCase() !== 'pytest')
    throw new HuxleyError(
      'suite.row',
      `${place}: log_parser: ${parser === '' ? 'names no parser' : 'is a program of the row’s own, which is not run here'}`,
      'Leave the task out: of SWE-bench-Live, only rows that name pytest can be graded here, those of its Python dataset.',
    );
  const evalScript = [
    '#!/bin/bash',
    'cd /testbed',
    'git config --global --add safe.directory /testbed',
    ...heredoc('git apply -v -', testPatch),
    ...row.rebuild_cmds,
    `: '${START}'`,
    ...row.test_cmds,
    ...row.print_cmds,
    `: '${END}'`,
    '',
  ].join('\n');
  const image = row.docker_image ?? `starryzhang/sweb.eval.x86_64.${id.toLowerCase().replaceAll('__', '_1776_')}`;
  return { image, evalScript, logParser: 'parse_log_pytest', evalType: 'live' };
}

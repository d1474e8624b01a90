import { z } from 'zod';
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
  log_parser: z
    .string()
    .refine(
      (parser) => parser.trim().toLowerCase() === 'pytest',
      'is a program of the row’s own, which is not run here; only pytest is',
    ),
};
type LiveColumns = z.infer<z.ZodObject<typeof liveColumns>>;

/** The image, the script and the rules of a row of SWE-bench-Live, after its `evaluation.py`. */
export function liveInstance(
  row: LiveColumns,
  { id, testPatch }: Pick<Instance, 'id' | 'testPatch'>,
): Pick<Instance, 'image' | 'evalScript' | 'logParser' | 'evalType'> {
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

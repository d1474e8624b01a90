import { z } from 'zod';
import { refuse } from './columns.ts';
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
 * @throws HuxleyError `suite.row` for a row that nothing can read the log of, or of Windows
 */
export function liveInstance(
  row: LiveColumns,
  { id, testPatch }: Pick<Instance, 'id' | 'testPatch'>,
  place: string,
): Pick<Instance, 'image' | 'evalScript' | 'logParser' | 'evalType' | 'program'> {
  const parser = row.log_parser ?? row.parser ?? '';
  if (parser.trim() === '') refuse(place, 'log_parser: names no parser', 'Use a row as the dataset publishes it.');
  const image = row.docker_image ?? `starryzhang/sweb.eval.x86_64.${id.toLowerCase().replaceAll('__', '_1776_')}`;
  if (/\bsweb\.eval\.win\./.test(image))
    refuse(place, `docker_image: ${image} is an image of Windows`, 'Leave the task out: only Linux is run here.');
  const evalScript = [
    '#!/bin/bash',
    'cd /testbed',
    'git config --global --add safe.directory /testbed',
    ...heredoc('git apply -v -', testPatch),
    ...row.rebuild_cmds,
    `: '${START}'`,
    ...(row.print_cmds.length === 0 ? row.test_cmds : printed(row)),
    `: '${END}'`,
    '',
  ].join('\n');
  if (parser.trim().toLowerCase() === 'pytest')
    return { image, evalScript, logParser: 'parse_log_pytest', evalType: 'live' };
  if (!/\bdef\s+parser\b/.test(parser))
    refuse(
      place,
      'log_parser: is neither pytest nor a program with a function parser',
      'Use a row as the dataset publishes it.',
    );
  return {
    image,
    evalScript,
    logParser: 'log_parser',
    program: { kind: 'live', source: parser },
    evalType: 'live',
  };
}

/** Where commands print the log, it is theirs alone; the exit code remains that of the tests. */
function printed({ test_cmds, print_cmds }: LiveColumns): readonly string[] {
  return ['{', ...test_cmds, '} >/tmp/tests.log 2>&1', 'HUXLEY_CODE=$?', ...print_cmds, '(exit $HUXLEY_CODE)'];
}

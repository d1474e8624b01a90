import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ConvertOptions, convertSuite } from '../../../benchmark/convert/convert.ts';
import { HuxleyError } from '../../../model/error.ts';

/** `huxley bench convert`: writes a suite's tasks as folders in Harbor's format. What cannot be converted is named. */
export async function convert(suite: string, { out, ...options }: ConvertOptions & { readonly out: string }) {
  const { tasks, problems } = await convertSuite(suite, options);
  for (const { message, remedy } of problems) process.stderr.write(`! ${message}\n    ${remedy}\n`);
  if (tasks.length === 0)
    throw new HuxleyError('convert.none', `No task of ${suite} could be converted`, 'See above; check --tasks.');
  for (const { folder, files } of tasks) {
    const root = join(out, folder);
    if (existsSync(root))
      throw new HuxleyError('convert.exists', `${root} already exists`, 'Name another folder with --out.');
    for (const { path, content, executable } of files) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
      if (executable) await chmod(join(root, path), 0o755);
    }
  }
  const left = problems.length === 0 ? '' : `; ${problems.length} left out`;
  process.stdout.write(`${tasks.length} tasks in ${out}${left}. Check them: bench validate harbor:${out}\n`);
}

// Locks the expected test ids of a suite folder by running its reference solutions. Usage: npm run lock -- [FOLDER] [TASK...]
import { loadSuiteFolder } from '../src/benchmark/directory/load-suite.ts';
import { lockTask } from '../src/benchmark/directory/lock.ts';
import { KATA_FOLDER } from '../src/benchmark/kata/folder.ts';
import { messageOf } from '../src/model/error.ts';
import { dockerSandbox } from '../src/sandbox/docker.ts';
import { ensureEngine } from '../src/sandbox/setup/engine.ts';
import { ensureImage } from '../src/sandbox/setup/image.ts';

const [folder = KATA_FOLDER, ...only] = process.argv.slice(2);
const report = (line: string) => console.error(line);
const engine = await ensureEngine({ mayInstall: false, ask: null, report });
const image = await ensureImage(engine, 'sandbox', { report });
const sandbox = dockerSandbox(engine);
const { tasks, problems } = await loadSuiteFolder(folder);
let failures = problems.length;
for (const problem of problems) report(problem.message);
for (const task of tasks.filter(({ id }) => only.length === 0 || only.includes(id))) {
  try {
    report(`${task.id}: ${await lockTask(folder, task, image, sandbox)} tests`);
  } catch (error) {
    failures += 1;
    report(messageOf(error));
  }
}
await engine.release();
process.exitCode = failures === 0 ? 0 : 1;

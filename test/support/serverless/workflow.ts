import { readFileSync } from 'node:fs';
import { projectPath } from '../../../src/environment/project.ts';
import { CONTROLLER_WORKFLOW } from '../../../src/github/controller-workflow.ts';

const example = (name: string) => readFileSync(projectPath('examples', 'serverless', name), 'utf8');

/** The controller's workflow, as a person copies it. */
export const controllerFile = (): string => example(CONTROLLER_WORKFLOW);

/** The job at the end of the worker's workflow that tells the controller where only a workflow's token acts. */
export const wakeJob = (): string => /^ {2}wake:\n[\s\S]*$/m.exec(example('huxley.yml'))![0];

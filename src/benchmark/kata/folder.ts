import { projectPath } from '../../environment/project.ts';

/** The embedded suite's task folders. */
export const KATA_FOLDER = projectPath('suites', 'kata');

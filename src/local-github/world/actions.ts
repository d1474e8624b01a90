import { PROJECT } from '../../environment/project.ts';

/** The actions there are: their folders, and the modules they begin with. */
export const ACTIONS = {
  job: { folder: 'action', entry: 'action/src/index.ts' },
  controller: { folder: 'action/controller', entry: 'action/src/controller/index.ts' },
} as const;
export type ActionName = keyof typeof ACTIONS;

/** What workflows name an action by, without its ref. */
export const usesOf = (name: ActionName): string => `${PROJECT}/${ACTIONS[name].folder}`;

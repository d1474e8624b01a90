import { spawnSync } from 'node:child_process';

/** Why a test that needs Python on this machine cannot be run; null where it can. */
export const NO_PYTHON = spawnSync('python3', ['--version']).status === 0 ? null : 'this machine has no python3';

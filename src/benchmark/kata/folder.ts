import { fileURLToPath } from 'node:url';

/** The embedded suite's task folders. */
export const KATA_FOLDER = fileURLToPath(new URL('./tasks', import.meta.url));

import { BROKEN } from './broken.ts';
import { HARMFUL } from './harmful.ts';
import { HELPFUL } from './helpful.ts';
import type { Improvement } from './improvement.ts';
import { SPECIAL } from './special.ts';
import { USELESS } from './useless.ts';

/** Everything the rehearsal model can propose. */
export const CATALOGUE: readonly Improvement[] = [...HELPFUL, ...USELESS, ...HARMFUL, ...BROKEN, ...SPECIAL];

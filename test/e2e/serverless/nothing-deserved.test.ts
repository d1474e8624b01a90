import { test } from 'vitest';
import { nothingDeserved } from '../scenarios/nothing-deserved.ts';

test.each(['app', 'token'] as const)(
  'in Actions (%s): where no variant is better, nothing is merged, and the issue says why',
  (way) => nothingDeserved(way),
);

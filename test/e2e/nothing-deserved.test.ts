import { test } from 'vitest';
import { nothingDeserved } from './scenarios/nothing-deserved.ts';

test('where no variant is better, nothing is merged, and the issue says why', () => nothingDeserved('server'));

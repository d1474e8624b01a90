import { z } from 'zod';
import { answerGraphql } from '../graphql/execute.ts';
import { operation } from '../http/operation.ts';

export const GRAPHQL = [
  operation(
    'POST /graphql',
    { access: 'anyone', body: z.object({ query: z.string(), variables: z.record(z.string(), z.json()).nullish() }) },
    answerGraphql,
  ),
];

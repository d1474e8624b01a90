import { schema as github } from '@octokit/graphql-schema';
import { buildSchema, type GraphQLSchema, getVariableValues, Kind, parse, validate } from 'graphql';
import { expect } from 'vitest';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

let schema: GraphQLSchema | undefined;

/** GitHub's schema as it publishes it. */
function published(): GraphQLSchema {
  schema ??= buildSchema(github.idl, { assumeValid: true });
  return schema;
}

/** Fails unless GitHub's published schema takes the request, its variables too. */
export function expectPublished({ query, variables = {} }: GraphqlRequest): void {
  const document = parse(query);
  expect(validate(published(), document).map(({ message }) => message)).toEqual([]);
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION)
      expect(getVariableValues(published(), definition.variableDefinitions ?? [], variables).errors ?? []).toEqual([]);
}

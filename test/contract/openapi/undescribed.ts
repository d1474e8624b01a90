/** Operations served that GitHub's REST description leaves out, and why. */
export const UNDESCRIBED: Readonly<Record<string, string>> = {
  'POST /graphql': 'GraphQL has a schema of its own',
};

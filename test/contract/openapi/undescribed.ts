/** Operations served that GitHub's REST description leaves out, and why. */
export const UNDESCRIBED: Readonly<Record<string, string>> = {
  'POST /graphql': 'GraphQL has a schema of its own',
};

/** Operations served under a path the description has in another form. */
export const ALIASES: Readonly<Record<string, string>> = {
  // The root folder: an empty path.
  'GET /repos/{owner}/{repo}/contents': 'GET /repos/{owner}/{repo}/contents/{path}',
};

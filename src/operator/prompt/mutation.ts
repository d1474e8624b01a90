/** HGM's mutation: one failed trajectory, looked at closely. */
export const MUTATION = `The record below is of one task that the agent failed. Follow it from the start to the first step after which it could
no longer succeed. Ask what ability of the agent would have made that step go otherwise, and propose that.`;

/** The one workflow there is, on the default branch. */
export const WORKFLOW = 'huxley.yml';
export const WORKFLOW_PATH = `.github/workflows/${WORKFLOW}`;

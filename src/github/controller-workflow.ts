/** The workflow that the controller runs in where there is no server. */
export const CONTROLLER_WORKFLOW = 'huxley-app.yml';
export const CONTROLLER_WORKFLOW_PATH = `.github/workflows/${CONTROLLER_WORKFLOW}`;

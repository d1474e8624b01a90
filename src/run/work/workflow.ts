/** The one workflow there is, on the default branch. */
export const WORKFLOW = 'huxley.yml';
export const WORKFLOW_PATH = `.github/workflows/${WORKFLOW}`;

/** The line of the workflow that names its runs: job and digest are looked for in it. */
export const RUN_NAME =
  'run-name: ${{ fromJSON(fromJSON(inputs.order).order).kind }} ${{ fromJSON(fromJSON(inputs.order).order).variant }} · ${{ fromJSON(fromJSON(inputs.order).order).jobId }} ${{ fromJSON(inputs.order).digest }}';

/** Whether a workflow's text names its runs by the digest of their orders. */
export function namesDigest(workflow: string): boolean {
  const [head = ''] = workflow.split(/^jobs:/m);
  return /^run-name:[^#]*fromJSON\(\s*(?:github\.event\.)?inputs\.order\s*\)\.digest/im.test(head);
}

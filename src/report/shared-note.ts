/** What people have to know where the controller acts with a workflow's own token. */
export const SHARED_NOTE =
  'Huxley acts here with the token of a workflow, as `github-actions[bot]`. Every workflow of this repository that may write can write under that name, so trust no comment, check run or pull request for its author alone. What Huxley itself reads back is authenticated by `HUXLEY_KEY`, and jobs carry out signed orders only. Pull requests start no CI by themselves, and nothing is merged without a person. An App of its own has none of these limits (docs/serverless.md).';

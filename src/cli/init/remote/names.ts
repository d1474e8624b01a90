/** The branch that a set-up is proposed from. */
export const SETUP_BRANCH = 'huxley-setup';

/** Whether tests may install packages and start an engine: what `--no-install` is to commands. */
export const MAY_INSTALL = !process.env.HUXLEY_NO_INSTALL;

/** Where official scripts say that the output of their tests begins and ends. */
export const START = '>>>>> Start Test Output';
export const END = '>>>>> End Test Output';

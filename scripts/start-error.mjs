/** Something a person can mend: the message says what failed and what to do; no stack is shown. */
export class StartError extends Error {
  name = 'StartError';
}

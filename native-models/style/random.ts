/** Shared with training; it lives where both may reach it. */
export { RandomStream } from '../../foundation/random.ts';

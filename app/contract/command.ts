import type { z } from 'zod';

/** A line of the table of commands. */
export const command = <I extends z.ZodType, O extends z.ZodType>(
  summary: string,
  input: I,
  output: O,
) => ({
  summary,
  input,
  output,
});

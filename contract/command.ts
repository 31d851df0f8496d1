import type { z } from 'zod';

/** What a command touches outside the data folder that no field of its input names. */
export interface Besides {
  readonly reads?: string;
  readonly writes?: string;
  readonly contacts?: string;
}

/** A line of the table of commands. */
export const command = <I extends z.ZodType, O extends z.ZodType>(
  summary: string,
  input: I,
  output: O,
  besides: Besides = {},
) => ({
  summary,
  input,
  output,
  besides,
});

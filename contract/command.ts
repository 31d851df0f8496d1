import type { z } from 'zod';

/** What a command touches outside the data folder that no field of its input names. */
export interface Besides {
  readonly reads?: string;
  readonly writes?: string;
  readonly contacts?: string;
}

/** Events without content that can follow a command. Services emit those with content themselves. */
export type Change = 'people.changed' | 'models.changed' | 'activity.added';

/**
 * All that is said of a command, in one place: shells, services, access, events, REST and its
 * description follow from it.
 */
export interface Descriptor<I extends z.ZodType, O extends z.ZodType> {
  /** For people, in one line. */
  readonly summary: string;
  /** Checked for every caller before a handler sees it. */
  readonly input: I;
  readonly output: O;
  /**
   * Who may call it beside the owner, in the window or on the command line: `program`, whoever shows a
   * key over REST; `kiosk`, a window while the kiosk is on. Closed to both until it says so.
   */
  readonly callers?: readonly ('program' | 'kiosk')[];
  /** What other windows read again after it, also where it failed: what was committed before stays. */
  readonly changes?: readonly Change[];
  /**
   * Whether a window shows the PIN or a code beside its session, where that session could be somebody
   * else's: for what outlives a session or carries data out of the store. Absent: never.
   *
   * @param input as it came, not yet checked
   */
  readonly takesProof?: (input: object) => boolean;
  readonly besides?: Besides;
}

/** A line of the table of commands. */
export const command = <I extends z.ZodType, O extends z.ZodType>({
  summary,
  input,
  output,
  callers = [],
  changes = [],
  takesProof = () => false,
  besides = {},
}: Descriptor<I, O>): Required<Descriptor<I, O>> => ({
  summary,
  input,
  output,
  callers,
  changes,
  takesProof,
  besides,
});

import type { ErrorCode } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/values.ts';

/** Codes of files that are no photos anybody would miss, and of a face missed where faces are counted. */
const ASIDE: ReadonlySet<string> = new Set<ErrorCode>(['file_ignored', 'no_face']);

/** Whether a photo was turned away, and not only a foreign file left aside or a face missed. */
export const isRefused = ({ code }: Refusal): boolean => !ASIDE.has(code);

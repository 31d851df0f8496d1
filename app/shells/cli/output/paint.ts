import { styleText } from 'node:util';
import type { Sink } from '../terminal.ts';

export type Format = Parameters<typeof styleText>[0];

/** Colors a text where the reader can see colors, and leaves it alone elsewhere. */
export type Paint = (format: Format, text: string) => string;

export const plain: Paint = (_format, text) => text;

export function paintFor({ color }: Pick<Sink, 'color'>): Paint {
  // The sink has already decided; styleText would look at the process's own stream again.
  return color ? (format, text) => styleText(format, text, { validateStream: false }) : plain;
}

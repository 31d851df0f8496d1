import { styleText } from 'node:util';
import type { Sink } from '../terminal.ts';

export type Format = Parameters<typeof styleText>[0];

/** Colours a text where the reader can see colours, and leaves it alone elsewhere. */
export type Paint = (format: Format, text: string) => string;

export const plain: Paint = (_format, text) => text;

export function paintFor({ colour }: Pick<Sink, 'colour'>): Paint {
  // The sink has already decided; styleText would look at the process's own stream again.
  return colour ? (format, text) => styleText(format, text, { validateStream: false }) : plain;
}

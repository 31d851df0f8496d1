import { styleText } from 'node:util';
import stringWidth from 'string-width';
import type { Sink } from '../terminal.ts';
import type { CommandOutput } from '../../../../contract/commands.ts';
import {
  alsoNear,
  confidenceOf,
  nameBesideNobody,
  type Confidence,
} from '../../../../contract/confidence.ts';
import type { Box, Provider } from '../../../../contract/values.ts';

export type Format = Parameters<typeof styleText>[0];

/** Colors a text where the reader can see colors, and leaves it alone elsewhere. */
export type Paint = (format: Format, text: string) => string;

export const plain: Paint = (_format, text) => text;

export function paintFor({ color }: Pick<Sink, 'color'>): Paint {
  // The sink has already decided; styleText would look at the process's own stream again.
  return color ? (format, text) => styleText(format, text, { validateStream: false }) : plain;
}

type Align = 'left' | 'right';

const GAP = '  ';

/** Rows of cells as aligned lines; cells may be colored and hold wide characters. */
export function table(rows: readonly (readonly string[])[], align: readonly Align[] = []): string {
  const widths = columnWidths(rows);
  return rows
    .map((row) => row.map((cell, i) => pad(cell, widths[i] ?? 0, align[i] ?? 'left')))
    .map((cells) => cells.join(GAP).trimEnd())
    .join('\n');
}

export const indent = (text: string, by = 2) => text.replace(/^(?=.)/gmu, ' '.repeat(by));

function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => stringWidth(row[i] ?? ''))),
  );
}

function pad(cell: string, width: number, align: Align): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(cell)));
  return align === 'right' ? space + cell : cell + space;
}

/** Numbers and names as a person reads them. */

export const percent = (rate: number, digits = 1) => `${(rate * 100).toFixed(digits)} %`;
export const distance = (value: number) => value.toFixed(3);

/** Cut where it would break a table. */
export const clipped = (text: string, length: number) =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/** 1,234,567 */
export const grouped = (n: number) => n.toLocaleString('en-GB');

export const count = (n: number, one: string, many = `${one}s`) =>
  `${grouped(n)} ${n === 1 ? one : many}`;

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export const boxText = ({ x, y, width, height }: Box) =>
  `${Math.round(width)}×${Math.round(height)} at ${Math.round(x)},${Math.round(y)}`;

export const day = (iso: string) => iso.slice(0, 10);

const providerTitles: Readonly<Record<Provider, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  directml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
};

export const providerTitle = (provider: Provider) => providerTitles[provider];

/** "distance 0.412, at or below 0.533" and its opposite. */
export const againstThreshold = (value: number, threshold: number) =>
  `${distance(value)} ${value <= threshold ? '≤' : '>'} ${distance(threshold)}`;

/** Colors of the three steps of sureness, the same for names and for "the same person". */
export const confidenceFormats: Readonly<Record<Confidence, Format>> = {
  sure: 'green',
  probable: 'cyan',
  barely: 'yellow',
};

type IdentifiedFace = CommandOutput<'identification.identify'>['faces'][number];

/** The name of an identified face, with a question mark where it is hardly sure; null for others. */
export function nameShown({ decision, matches: [best] }: IdentifiedFace): string | null {
  if (decision !== 'identified' || best === undefined) return null;
  const name = nameBesideNobody(best.name);
  return confidenceOf(best.probability) === 'barely' ? `${name}?` : name;
}

/** Who a face is, how near and how likely, as three cells of a table. */
export function whoCells(face: IdentifiedFace, threshold: number, paint: Paint): readonly string[] {
  const { matches } = face;
  const [best] = matches;
  if (best === undefined) return ['unknown', '', ''];
  const measured = againstThreshold(best.distance, threshold);
  const name = nameShown(face);
  if (name === null) {
    const near = `(nearest: ${best.name}, ${percent(best.probability)})`;
    return [`unknown ${paint('dim', near)}`, measured, ''];
  }
  const others = alsoNear(matches, threshold);
  const also = others.length === 0 ? '' : paint('dim', ` (also near: ${others.join(', ')})`);
  const format = confidenceFormats[confidenceOf(best.probability)];
  return [`${paint(format, name)}${also}`, measured, paint(format, percent(best.probability))];
}

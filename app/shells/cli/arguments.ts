import path from 'node:path';
import { InvalidArgumentError } from 'commander';

/** Parsers of option values; what they refuse becomes a usage error. */

export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/u.test(text) && value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `from ${min} up` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** A share of everything, such as 0.01 for one in a hundred. */
export function share(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  };
}

/** Whole numbers with commas between them. */
export function wholeNumbers(min: number, max: number): (text: string) => number[] {
  const parse = wholeNumber(min, max);
  return (text) => text.split(',').map((part) => parse(part.trim()));
}

/** A file to write, of one of the given types. */
export function outputFile(...extensions: readonly string[]): (text: string) => string {
  return (text) => {
    if (extensions.includes(path.extname(text).toLowerCase())) return text;
    throw new InvalidArgumentError(`The name must end in ${extensions.join(', ')}.`);
  };
}

/** A person by number (`12`), by name (`Ada`), or by a name that is a number (`name:12`). */
export function personReference(text: string): number | string {
  if (text.startsWith('name:')) return text.slice('name:'.length);
  return /^\d+$/u.test(text) && Number(text) > 0 ? Number(text) : text;
}

/** The choice behind `--largest`. */
export const severalFaces = (largest: boolean | undefined) =>
  largest === true ? ('largest' as const) : ('refuse' as const);

export const largestOption = [
  '--largest',
  'where a photo shows several faces, take the largest instead of refusing it',
] as const;

export const annotateOption = [
  '--annotate <file>',
  'write the photo with its faces marked, as .html, .jpg or .png',
  outputFile('.html', '.jpg', '.jpeg', '.png'),
] as const;

import path from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { PICTURES } from '../../foundation/files/store-files.ts';
import type { Store } from '../../db/store.ts';

/** Where pictures that somebody handed over are kept. */
export const pictureFolder = (store: Store): string =>
  path.join(path.dirname(store.file), PICTURES);

/**
 * What kept pictures were called where they came from, for as long as this process lasts. In the data
 * folder their names are hashes, which mean nothing to anybody.
 */
export class PictureNames {
  readonly #folder: string;
  readonly #names = new Map<string, string>();

  constructor(store: Store) {
    this.#folder = pictureFolder(store);
  }

  note(file: string, name: string): void {
    this.#names.set(file, name);
  }

  /** The error with such names, or "The picture", wherever it says a place in the data folder. */
  inPlain(error: LikenessError): LikenessError {
    const { code, message, details, cause } = error;
    if (!JSON.stringify([message, details]).includes(JSON.stringify(this.#folder).slice(1, -1)))
      return error;
    const plain = this.#plain(details) as typeof details;
    return new LikenessError(code, this.#plain(message) as string, { details: plain, cause });
  }

  #plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#plain(each));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, this.#plain(each)]),
      );
    if (typeof value !== 'string') return value;
    const [first, ...rest] = value.split(this.#folder + path.sep);
    return rest.reduce((text, part) => {
      const file = /^[0-9a-f]{64}\.\w+/u.exec(part)?.[0] ?? '';
      const name = this.#names.get(path.join(this.#folder, file)) ?? 'The picture';
      return text + name + part.slice(file.length);
    }, first!);
  }
}

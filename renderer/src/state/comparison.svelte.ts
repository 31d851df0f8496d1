import { api, CallError, type CommandOutput } from '../api.ts';
import { imageOf } from './files.ts';
import { describe } from './toasts.svelte.ts';

export type Side = 'a' | 'b';

export type Outcome =
  /** At least one picture is missing. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'compared'; readonly result: CommandOutput<'verification.verify'> }
  /** `file` is null where both pictures have the same name. */
  | { readonly kind: 'several'; readonly file: string | null; readonly faces: number }
  | { readonly kind: 'failed'; readonly message: string };

/** Two pictures and what is known of them; compared as soon as both are there. */
class PictureComparison {
  #files = $state.raw<Readonly<Record<Side, File | undefined>>>({ a: undefined, b: undefined });
  #outcome = $state.raw<Outcome>({ kind: 'waiting' });
  #largest = $state(false);
  #abort: AbortController | undefined;

  get files(): Readonly<Record<Side, File | undefined>> {
    return this.#files;
  }

  get outcome(): Outcome {
    return this.#outcome;
  }

  /** Of several faces the largest is taken. */
  get largest(): boolean {
    return this.#largest;
  }

  put(side: Side, file: File | undefined): void {
    this.#files = { ...this.#files, [side]: file };
    this.#largest = false;
    void this.#compare();
  }

  clear(): void {
    this.#files = { a: undefined, b: undefined };
    this.#largest = false;
    void this.#compare();
  }

  readonly takeLargest = (): void => {
    this.#largest = true;
    void this.#compare();
  };

  async #compare(): Promise<void> {
    this.#abort?.abort();
    const { a, b } = this.#files;
    if (a === undefined || b === undefined) {
      this.#outcome = { kind: 'waiting' };
      return;
    }
    const abort = new AbortController();
    this.#abort = abort;
    this.#outcome = { kind: 'looking' };
    const outcome = await this.#ask(a, b, abort.signal).catch((error: unknown) =>
      this.#explain(error, a, b),
    );
    if (!abort.signal.aborted) this.#outcome = outcome;
  }

  async #ask(a: File, b: File, signal: AbortSignal): Promise<Outcome> {
    const [first, second] = await Promise.all([imageOf(a), imageOf(b)]);
    const severalFaces = this.#largest ? 'largest' : 'refuse';
    const result = await api.call(
      'verification.verify',
      { a: first, b: second, severalFaces, chips: true },
      { signal },
    );
    return { kind: 'compared', result };
  }

  #explain(error: unknown, a: File, b: File): Outcome {
    if (!(error instanceof CallError)) return { kind: 'failed', message: describe(error) };
    const { file, faces } = error.details;
    if (error.code === 'several_faces' && Array.isArray(faces)) {
      const named = a.name === b.name || typeof file !== 'string' ? null : lastPart(file);
      return { kind: 'several', file: named, faces: faces.length };
    }
    const where = typeof file === 'string' && a.name !== b.name ? `${lastPart(file)}: ` : '';
    return { kind: 'failed', message: where + describe(error) };
  }
}

const lastPart = (path: string): string => path.split(/[\\/]/u).at(-1) ?? path;

export const comparison = new PictureComparison();

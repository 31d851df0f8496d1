import type { ImageSource } from '../../../app/contract/values.ts';
import type { StoredPicture } from '../../../app/contract/window-values.ts';
import { api, type CommandOutput } from '../api.ts';
import { imageOf } from './files.ts';
import { reportMixUp, type MixUp } from './mix-up.ts';
import { toasts } from './toasts.svelte.ts';
import { Work } from './work.svelte.ts';

export type Identified = CommandOutput<'identification.identify'>;
export type IdentifiedFace = Identified['faces'][number];

const SHOWN_PIXELS = 2048;

/** The photo that somebody handed over, and who is in it. */
class Identification {
  readonly work = new Work();
  #name = $state('');
  #source = $state.raw<ImageSource>();
  #picture = $state.raw<Blob | Uint8Array>();
  #result = $state.raw<Identified>();
  #samples = $state.raw<readonly StoredPicture[]>([]);

  get name(): string {
    return this.#name;
  }

  /** As commands take it, for an enrolment from the same photo. */
  get source(): ImageSource | undefined {
    return this.#source;
  }

  get picture(): Blob | Uint8Array | undefined {
    return this.#picture;
  }

  get result(): Identified | undefined {
    return this.#result;
  }

  /** Sample photos that can be tried, where the sample people are enrolled. */
  get samples(): readonly StoredPicture[] {
    return this.#samples;
  }

  async file(file: File): Promise<void> {
    await this.#begin(file.name, () => imageOf(file), file);
  }

  async stored({ path, name }: StoredPicture): Promise<void> {
    await this.#begin(name, () => Promise.resolve({ path }));
  }

  /** Enrols the people of the samples and looks at the first photo of them. */
  async trySamples(): Promise<void> {
    const { probes } = await api.call('samples.enrol', {});
    this.#samples = probes;
    const [first] = probes;
    if (first !== undefined) await this.stored(first);
  }

  /** The same photo again, after somebody of it was enrolled. */
  async again(): Promise<void> {
    const source = this.#source;
    if (source !== undefined) await this.#identify(source);
  }

  /** Says that a face of the photo is not the person it was taken for, and looks again. */
  async reject({ box }: IdentifiedFace, person: MixUp['person']): Promise<void> {
    const source = this.#source;
    if (source === undefined) return;
    await reportMixUp({
      person,
      image: source,
      at: [box.x + box.width / 2, box.y + box.height / 2],
      after: () => (this.#source === source ? this.again() : Promise.resolve()),
    });
  }

  readonly clear = (): void => {
    this.#source = undefined;
    this.#picture = undefined;
    this.#result = undefined;
  };

  async #begin(name: string, read: () => Promise<ImageSource>, shown?: Blob): Promise<void> {
    this.clear();
    this.#name = name;
    try {
      const source = await read();
      this.#source = source;
      this.#picture = (await canShow(shown)) ? shown : await render(source);
      await this.#identify(source);
    } catch (error) {
      this.clear();
      toasts.failed(error);
    }
  }

  async #identify(image: ImageSource): Promise<void> {
    this.#result = await this.work.run((options) =>
      api.call('identification.identify', { image }, options),
    );
  }
}

/** Browsers know fewer formats than the host. */
async function canShow(file: Blob | undefined): Promise<boolean> {
  if (file === undefined) return false;
  try {
    (await createImageBitmap(file, { resizeWidth: 8, resizeHeight: 8 })).close();
    return true;
  } catch {
    return false;
  }
}

async function render(image: ImageSource): Promise<Uint8Array> {
  const path =
    'path' in image ? image.path : (await api.call('pictures.add', { image })).picture.path;
  return (await api.call('pictures.show', { path, size: SHOWN_PIXELS })).bytes;
}

export const identification = new Identification();

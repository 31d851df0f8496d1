import { SvelteMap } from 'svelte/reactivity';
import type { ImageSource, Namesakes } from '../../../contract/values.ts';
import type { StoredPicture } from '../../../contract/application.ts';
import { api, CallError, type CommandOutput } from '../api.ts';
import { imageOf } from './files.ts';
import { reportMixUp, type MixUp } from './mix-up.ts';
import { describe } from './toasts.svelte.ts';
import { Work } from './work.svelte.ts';

export type Identified = CommandOutput<'identification.identify'>;
export type IdentifiedFace = Identified['faces'][number];

export type PhotoState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'done'; readonly result: Identified }
  /** `text` says why, and what to do. */
  | { readonly kind: 'failed'; readonly text: string };

/** To whom a face is given. */
export interface GivenName {
  /** Of somebody enrolled, or new. */
  readonly name: string;
  readonly consent?: string;
  /** Though the face is too small or poor to be recognized reliably. */
  readonly acceptLowQuality?: boolean;
}

/** What a face was given to somebody by, to take that back. */
export interface Given {
  readonly person: { readonly id: number; readonly name: string };
  /** Others whose names are written almost the same, where the person is new. */
  readonly alike: Namesakes;
  readonly template: number | undefined;
}

/** Pixels of the longer side of a photo that the host has to show. */
const SHOWN_PIXELS = 2048;
const PREVIEW_PIXELS = 480;
/** Photos that the window remembers; the oldest go. */
const KEPT = 60;

/** A photo that somebody handed over, and who is in it. Its answers are its own. */
export class Photo {
  readonly id: number;
  readonly name: string;
  readonly work = new Work();
  readonly #read: () => Promise<ImageSource>;
  readonly #file: Blob | undefined;
  #picture = $state.raw<Blob | Uint8Array>();
  #preview = $state.raw<Blob | Uint8Array>();
  #state = $state.raw<PhotoState>({ kind: 'waiting' });
  readonly #given = new SvelteMap<number, Given['person']>();
  /** Number of the latest look; the answer of an earlier one comes too late. */
  #look = 0;

  constructor(id: number, name: string, read: () => Promise<ImageSource>, file?: Blob) {
    this.id = id;
    this.name = name;
    this.#read = read;
    this.#file = file;
  }

  get state(): PhotoState {
    return this.#state;
  }

  get result(): Identified | undefined {
    return this.#state.kind === 'done' ? this.#state.result : undefined;
  }

  /** As it is shown; undefined until it is there, or where it cannot be read. */
  get picture(): Blob | Uint8Array | undefined {
    return this.#picture;
  }

  /** Small. */
  get preview(): Blob | Uint8Array | undefined {
    return this.#preview;
  }

  /** Faces that were just given to somebody, by their place in the result. */
  get given(): ReadonlyMap<number, Given['person']> {
    return this.#given;
  }

  /** Shows the photo, then says who is in it. Where that fails, its state says why. */
  async look(): Promise<void> {
    this.#state = { kind: 'looking' };
    try {
      const source = await this.#read();
      await this.#show(source);
      await this.#identify(source);
    } catch (error) {
      this.#state = { kind: 'failed', text: describe(error) };
    }
  }

  /** Looks once more, such as after somebody was enrolled; what is shown stays meanwhile. */
  async again(): Promise<void> {
    await this.#identify(await this.#read());
  }

  /**
   * Enrolls the face for the person of that name, who may be new.
   *
   * @throws CallError such as `low_quality`, `already_enrolled`
   */
  async give(
    index: number,
    { name, consent = '', acceptLowQuality = false }: GivenName,
  ): Promise<Given> {
    const face = this.result?.faces[index];
    if (face === undefined) throw new Error('The face is not in the photo any more.');
    const note = consent.trim();
    const more = { acceptLowQuality, ...(note === '' ? {} : { consent: note }) };
    const whole = { images: [await this.#read()], at: middleOf(face) };
    const { person, alike } = await api
      .call('enrollment.enroll', { name, ...whole, ...more })
      .catch(async (error: unknown) => {
        // A photo is kept once per person; their second face in it comes as a picture of its own.
        const cut = isKnownPhoto(error) ? await this.#cut(face) : undefined;
        if (cut === undefined) throw error;
        return api.call('enrollment.enroll', {
          name,
          images: [{ bytes: cut, name: this.name }],
          severalFaces: 'largest',
          ...more,
        });
      });
    this.#given.set(index, person);
    const shown = await api.call('people.show', { person: person.id }).catch(() => undefined);
    const ids = shown?.person.templateList.map(({ id }) => id) ?? [];
    return { person, alike, template: ids.length === 0 ? undefined : Math.max(...ids) };
  }

  /** Takes back that a face was given to somebody, who goes where nothing else is kept of them. */
  async takeBack({ person, template }: Given): Promise<void> {
    const { templateList } = (await api.call('people.show', { person: person.id })).person;
    if (template === undefined || templateList.every(({ id }) => id === template))
      await api.call('people.delete', { person: person.id });
    else await api.call('people.removeTemplate', { person: person.id, template });
    await this.again();
  }

  /** Says that a face of the photo is not the person it was taken for, and looks again. */
  async reject(face: IdentifiedFace, person: MixUp['person']): Promise<void> {
    const image = await this.#read();
    await reportMixUp({ person, image, at: middleOf(face), after: () => this.again() });
  }

  /** The surroundings of a face, as a picture. */
  async #cut({ box }: IdentifiedFace): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { result, picture } = this;
    if (result === undefined || picture === undefined) return undefined;
    const bitmap = await createImageBitmap(asBlob(picture));
    const scale = bitmap.width / result.width;
    const side = Math.max(box.width, box.height) * 2 * scale;
    const [x, y] = middleOf({ box } as IdentifiedFace);
    const canvas = new OffscreenCanvas(Math.round(side), Math.round(side));
    canvas.getContext('2d')!.drawImage(bitmap, side / 2 - x * scale, side / 2 - y * scale);
    bitmap.close();
    return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  }

  async #show(source: ImageSource): Promise<void> {
    if (this.#picture !== undefined) return;
    this.#preview = await previewOf(this.#file);
    if (this.#preview !== undefined) this.#picture = this.#file;
    else {
      const shown = (await api.call('pictures.show', { image: source, size: SHOWN_PIXELS })).bytes;
      this.#preview = await previewOf(asBlob(shown));
      this.#picture = shown;
    }
  }

  async #identify(image: ImageSource): Promise<void> {
    const look = ++this.#look;
    const result = await this.work.run((options) =>
      api.call('identification.identify', { image }, options),
    );
    if (look !== this.#look) return;
    if (result !== undefined) {
      this.#state = { kind: 'done', result };
      this.#given.clear();
    } else if (this.#state.kind === 'looking') this.#state = { kind: 'waiting' };
  }
}

/**
 * The photos that were looked at since the window was opened, the latest first. They are kept in
 * the memory of the window alone: nothing of them is written to the disk, and closing it forgets
 * them.
 */
class Photos {
  #all = $state.raw<readonly Photo[]>([]);
  #samples = $state.raw<readonly StoredPicture[]>([]);
  readonly #sampleShown = new SvelteMap<string, Uint8Array>();
  readonly #waiting = new Set<Photo>();
  #open: number | undefined;
  #running = false;
  #last = 0;

  get all(): readonly Photo[] {
    return this.#all;
  }

  get samples(): readonly StoredPicture[] {
    return this.#samples;
  }

  /** A sample photo, small. */
  sampleShown(path: string): Uint8Array | undefined {
    return this.#sampleShown.get(path);
  }

  find(id: number): Photo | undefined {
    return this.#all.find((photo) => photo.id === id);
  }

  /** Which one is in front of somebody: it is looked at before those that wait. */
  open(id: number | undefined): void {
    this.#open = id;
  }

  /** Takes photos over; they are looked at one after another. Gives them in their order. */
  add(files: readonly File[]): readonly Photo[] {
    const added = files.map(
      (file) => new Photo(++this.#last, file.name, () => imageOf(file), file),
    );
    return this.#queue(added);
  }

  /** A picture of the host; one that was looked at before is found again. */
  stored({ path, name }: StoredPicture): Photo {
    const known = this.#all.find((photo) => photo instanceof StoredPhoto && photo.path === path);
    return known ?? this.#queue([new StoredPhoto(++this.#last, name, path)])[0]!;
  }

  remove(photo: Photo): void {
    photo.work.stop();
    this.#all = this.#all.filter((other) => other !== photo);
  }

  /** After a failure. */
  retry(photo: Photo): void {
    this.#waiting.add(photo);
    void this.#run();
  }

  async loadSamples(): Promise<void> {
    if (this.#samples.length > 0) return;
    this.#samples = (await api.call('samples.list', {})).pictures;
    for (const { path } of this.#samples) {
      const { bytes } = await api.call('pictures.show', {
        image: { path },
        size: PREVIEW_PIXELS,
      });
      this.#sampleShown.set(path, bytes);
    }
  }

  /** Enrolls the people of the samples; gives the first photo in which they can be found. */
  async trySamples(): Promise<Photo | undefined> {
    const { probes } = await api.call('samples.enroll', {});
    const [first] = probes;
    return first && this.stored(first);
  }

  #queue(added: readonly Photo[]): readonly Photo[] {
    for (const photo of added) this.#waiting.add(photo);
    this.#all = [...added.toReversed(), ...this.#all].slice(0, KEPT);
    void this.#run();
    return added;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#waiting.delete(next);
      if (this.#all.includes(next)) await next.look();
    }
    this.#running = false;
  }

  #next(): Photo | undefined {
    const waiting = [...this.#waiting];
    return waiting.find(({ id }) => id === this.#open) ?? waiting[0];
  }
}

class StoredPhoto extends Photo {
  readonly path: string;

  constructor(id: number, name: string, path: string) {
    super(id, name, () => Promise.resolve({ path }));
    this.path = path;
  }
}

const middleOf = ({ box }: IdentifiedFace): [number, number] => [
  box.x + box.width / 2,
  box.y + box.height / 2,
];

const asBlob = (picture: Blob | Uint8Array): Blob =>
  picture instanceof Blob ? picture : new Blob([picture as BlobPart]);

/** Undefined where the browser cannot show it: browsers know fewer formats than the host. */
async function previewOf(file: Blob | undefined): Promise<Blob | undefined> {
  if (file === undefined) return undefined;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, PREVIEW_PIXELS / Math.max(bitmap.width, bitmap.height));
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(bitmap.width * scale)),
      Math.max(1, Math.round(bitmap.height * scale)),
    );
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  } catch {
    return undefined;
  }
}

/** Whether a face could not be enrolled because this photo already is, for the same person. */
const isKnownPhoto = (error: unknown): boolean =>
  error instanceof CallError && error.code === 'already_enrolled';

/** Whether a face was refused because it is too small or poor to be recognized reliably. */
export const isPoor = (error: unknown): boolean =>
  error instanceof CallError && error.code === 'low_quality';

export const photos = new Photos();

import type { Face, ImageSource, Point, Quality, QualityFlaw } from '../../../contract/values.ts';
import { api, CallError } from '../api.ts';
import { imageOf } from './files.ts';
import { language } from './language.svelte.ts';
import { remediesOf, type ForAll } from './refusals.ts';
import { sentenceOf, type Failure } from './sentences.ts';
import { describe } from './toasts.svelte.ts';
import { Work } from './work.svelte.ts';

/** A picture that somebody picked, or one on the machine where Likeness runs. */
export type PhotoSource = File | { readonly path: string };

export interface RefusedPhoto extends Failure {
  readonly id: number;
  /** Whose it is said to be; empty where nobody said so. */
  readonly person: string;
  /** As the import calls it: `Ada/1.jpg`. */
  readonly file: string;
  readonly source: PhotoSource | undefined;
  readonly consent?: string | undefined;
  /** The face that somebody pointed at. */
  readonly at?: Point | undefined;
  readonly standing: 'open' | 'busy' | 'enrolled';
}

type NewRefusal = Omit<RefusedPhoto, 'id' | 'standing'>;

interface Repair {
  /** Of several faces the one at this point of the upright picture, in pixels. */
  readonly at?: Point;
  readonly severalFaces?: 'largest';
  readonly acceptLowQuality?: boolean;
  /** Whose photo it is after all. */
  readonly person?: string;
}

const repairs: Readonly<Record<ForAll, Repair>> = {
  largest: { severalFaces: 'largest' },
  anyway: { severalFaces: 'largest', acceptLowQuality: true },
  again: {},
};

/** Photos that could not be enrolled, and what is done about them. */
export class Refusals {
  readonly work = new Work();
  #all = $state.raw<readonly RefusedPhoto[]>([]);
  #enrolledFor = $state<number>();
  #last = 0;

  get all(): readonly RefusedPhoto[] {
    return this.#all;
  }

  get open(): readonly RefusedPhoto[] {
    return this.#all.filter(({ standing }) => standing !== 'enrolled');
  }

  /** Photos that were enrolled after all. */
  get repaired(): number {
    return this.#all.length - this.open.length;
  }

  /** The person of the photo that was enrolled last. */
  get enrolledFor(): number | undefined {
    return this.#enrolledFor;
  }

  add(photos: readonly NewRefusal[]): void {
    const more = photos.map((photo) => ({ ...photo, id: ++this.#last, standing: 'open' as const }));
    this.#all = [...this.#all, ...more];
  }

  clear(): void {
    this.#all = [];
    this.#enrolledFor = undefined;
  }

  /** What cannot be mended so gets its new reason. */
  async repair(id: number, how: Repair): Promise<void> {
    const photo = this.#all.find((one) => one.id === id);
    if (photo?.source === undefined || photo.standing !== 'open') return;
    const asked = { ...photo, person: how.person ?? photo.person, at: how.at ?? photo.at };
    this.#set({ ...asked, standing: 'busy' });
    try {
      const { person } = await enroll(asked, how);
      this.#enrolledFor = person.id;
      this.#set({ ...asked, standing: 'enrolled' });
    } catch (error) {
      const known = error instanceof CallError && error.code === 'already_enrolled';
      this.#set(
        known
          ? { ...asked, standing: 'enrolled' }
          : { ...asked, ...failureOf(error), standing: 'open' },
      );
    }
  }

  /** Photo by photo, until it is stopped; what is done stays. */
  async repairAll(remedy: ForAll): Promise<void> {
    const ids = this.open.filter(({ code }) => remediesOf(code).includes(remedy));
    await this.work.run(async ({ signal }) => {
      for (const [done, { id, file }] of ids.entries()) {
        if (signal?.aborted) return;
        this.work.report({ stage: '', done, total: ids.length, item: file });
        await this.repair(id, repairs[remedy]);
      }
    });
  }

  #set(changed: RefusedPhoto): void {
    this.#all = this.#all.map((photo) => (photo.id === changed.id ? changed : photo));
  }
}

async function enroll({ person, source, consent, at }: RefusedPhoto, how: Repair) {
  return await api.call('enrollment.enroll', {
    name: person,
    images: [await toImage(source!)],
    ...(at === undefined ? {} : { at: [at[0], at[1]] as [number, number] }),
    ...(how.severalFaces === undefined ? {} : { severalFaces: how.severalFaces }),
    ...(how.acceptLowQuality === undefined ? {} : { acceptLowQuality: how.acceptLowQuality }),
    ...(consent === undefined || consent === '' ? {} : { consent }),
  });
}

const toImage = (source: PhotoSource): Promise<ImageSource> =>
  source instanceof File ? imageOf(source) : Promise.resolve(source);

/** What a photo was refused with: as an error, or among the details of one over several photos. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof CallError)) return { code: 'internal', message: describe(error) };
  const [first] = (error.details['refused'] ?? []) as readonly Failure[];
  return first ?? { code: error.code, message: error.message, details: error.details };
}

/** The reason in full, in the language of the window; the file is said elsewhere. */
export function reasonOf({ code, message, details }: Failure): string {
  const { words } = language;
  if (code === 'low_quality') {
    const flaws = (details?.['flaws'] ?? []) as readonly QualityFlaw[];
    const measures = details?.['measures'] as Quality['measures'] | undefined;
    if (measures !== undefined && flaws.length > 0)
      return flaws.map((flaw) => words.quality[flaw](measures)).join(' ');
  }
  const faces = details?.['faces'];
  if (code === 'several_faces' && Array.isArray(faces))
    return words.people.refusals.faces(faces.length);
  const own = words.people.refusals.reasons as Readonly<Record<string, string | undefined>>;
  return own[code] ?? sentenceOf({ code, message, details });
}

/** Something a page can show, at most so many pixels wide or high; undefined where nobody can read it. */
export async function pictureOf(
  source: PhotoSource,
  size: number,
): Promise<Blob | Uint8Array | undefined> {
  try {
    if (source instanceof File && (await isShowable(source))) return source;
    const image = source instanceof File ? await imageOf(source) : { path: source.path };
    return (await api.call('pictures.show', { image, size })).bytes;
  } catch {
    return undefined;
  }
}

/** Browsers know fewer formats than the host. */
async function isShowable(file: File): Promise<boolean> {
  try {
    (await createImageBitmap(file, { resizeWidth: 8, resizeHeight: 8 })).close();
    return true;
  } catch {
    return false;
  }
}

export interface FoundFaces {
  /** Of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** From left to right. */
  readonly faces: readonly Face[];
}

/** All faces of a photo, for somebody to point at one. @throws CallError */
export async function facesIn(source: PhotoSource): Promise<FoundFaces> {
  const found = await api.call('faces.detect', { image: await toImage(source) });
  const faces = [...found.faces].sort((a, b) => a.box.x - b.box.x);
  return { width: found.width, height: found.height, faces };
}

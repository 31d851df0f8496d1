import { existsSync } from 'node:fs';
import path from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { Box, Point } from '../../contract/values.ts';
import {
  findPersonByName,
  insertActivity,
  ownersOfPhoto,
  listPeople,
  listTemplates,
  type Store,
} from '../../db/store.ts';
import type { PhotoAnalysis } from '../model-host/types.ts';
import { activity, readSettings } from './kept-settings.ts';
import { analyze, encoded, signalOf } from './analysis.ts';
import type { CallOptions, ServiceContext, Handler, Handlers } from './context.ts';
import { commitTemplate, type PhotoToEnroll } from './enrollment/enroll.ts';
import { refuseUnusable } from './photo-notes.ts';
import type { CommandOutput } from '../../contract/commands.ts';
import type { StoredPicture } from '../../contract/application.ts';
import { throwIfCancelled } from '../../foundation/concurrency.ts';
import { deletePerson } from './people.ts';

/** A photo whose people are enrolled. */
interface EnrollmentSource {
  readonly file: string;
  /** Made-up names of its people, from left to right. */
  readonly people: readonly string[];
}

/** Six photos of the npm package @vladmandic/face-api (MIT), with three to five people each. */
export interface Album {
  readonly enrollment: readonly EnrollmentSource[];
  /** Photos that are asked about: people of them were enrolled, others are strangers. */
  readonly probes: readonly string[];
}

const enrollment: readonly EnrollmentSource[] = [
  { file: 'sample1.jpg', people: ['Cleo', 'Bea', 'Ada'] },
  { file: 'sample2.jpg', people: ['Dina', 'Ella', 'Gina'] },
  { file: 'sample5.jpg', people: ['Dora', 'Hana', 'Edda', 'Juno', 'Kira'] },
  { file: 'sample6.jpg', people: ['Fay', 'Mona', 'Nora', 'Opal'] },
];

const probes: readonly string[] = ['sample3.jpg', 'sample4.jpg'];

/** Drawn by the project itself (`native-models/images/sample-styles`); the first is used first. */
const styles: readonly string[] = ['night', 'watercolor', 'woodcut', 'mosaic', 'ink', 'meadow'];

/** The album in the folder that it was built to. Errors: `file_not_found`. */
const openAlbum = (folder: string): Album => ({
  enrollment: enrollment.map(({ file, people }) => ({ file: locate(folder, file), people })),
  probes: probes.map((file) => locate(folder, file)),
});

/** Files of pictures to paint in the style of. Errors: `file_not_found`. */
const openStyles = (folder: string): readonly string[] =>
  styles.map((name) => locate(folder, path.join('styles', `${name}.webp`)));

function locate(folder: string, file: string): string {
  const found = path.join(folder, file);
  if (existsSync(found)) return found;
  throw new LikenessError(
    'file_not_found',
    `The sample picture ${found} is missing. Run "npm run build", or install Likeness again.`,
    { details: { file: found } },
  );
}

type AnalyzedFace = PhotoAnalysis['faces'][number];

interface CastPhoto {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** From left to right. */
  readonly faces: readonly CastFace[];
}

interface CastFace {
  readonly face: AnalyzedFace;
  readonly name: string;
  /** Why the face was not enrolled, if it was not. */
  readonly refusal: string | null;
}

/**
 * Enrolls the people of a photo, from left to right, under their made-up names. The photo is looked
 * at once for all of them; who is enrolled from it already stays so.
 */
async function enrollCast(
  context: ServiceContext,
  { file, people }: EnrollmentSource,
  call: CallOptions,
): Promise<CastPhoto> {
  const { keepPortraits: portraits } = context.store.read(readSettings);
  const wishes = { encode: 'all', portraits } as const;
  const analysis = await analyze(context.host, { path: file }, wishes, call);
  const cast = analysis.faces.toSorted((a, b) => a.box.x - b.box.x).slice(0, people.length);
  const faces: CastFace[] = [];
  for (const [i, face] of cast.entries()) {
    const name = freeName(context.store, people[i]!, analysis);
    faces.push({ face, name, refusal: await enrollFace(context, analysis, file, face, name) });
  }
  return { file, width: analysis.width, height: analysis.height, faces };
}

/** Gives the reason where the face is refused. */
async function enrollFace(
  context: ServiceContext,
  { photoHash, encoder, warnings }: PhotoAnalysis,
  file: string,
  face: AnalyzedFace,
  name: string,
): Promise<string | null> {
  const refusal = defectOf(face, file);
  if (refusal !== null) return refusal;
  const at = middleOf(face.box);
  const photo: PhotoToEnroll = {
    name,
    image: { path: file },
    label: file,
    severalFaces: 'refuse',
    at,
  };
  const analyzed = { photo, face: encoded(face), photoHash, encoder, warnings, notes: [] };
  const outcome = await commitTemplate(context, analyzed);
  if (outcome.kind === 'enrolled') {
    const entry = activity('enrolled', outcome.person.id, { enrolled: 1 }, context.now());
    context.store.write((tables) => insertActivity(tables, entry));
  }
  return null;
}

function defectOf({ quality }: AnalyzedFace, file: string): string | null {
  try {
    refuseUnusable(quality, file);
    return null;
  } catch (thrown) {
    if (thrown instanceof LikenessError) return thrown.message;
    throw thrown;
  }
}

/** Somebody of that name who was there before must not get the face of a stranger. */
const freeName = (store: Store, name: string, { encoder, photoHash }: PhotoAnalysis): string =>
  store.read((tables) => {
    const person = findPersonByName(tables, name);
    const isOurs =
      person === undefined || ownersOfPhoto(tables, encoder, photoHash).includes(person.id);
    return isOurs ? name : `${name} (sample)`;
  });

const middleOf = ({ x, y, width, height }: Box): Point => [x + width / 2, y + height / 2];

const listSamples: Handler<'samples.list'> = async (context, _payload, call) => {
  const { enrollment, probes } = openAlbum(context.samples);
  const files = [...enrollment.map(({ file }) => file), ...probes];
  return {
    pictures: await Promise.all(files.map((file) => pictureOf(context, file, call))),
    people: enrollment.flatMap(({ people }) => people),
  };
};

const listSampleStyles: Handler<'samples.styles'> = async (context, _payload, call) => {
  const { probes, enrollment } = openAlbum(context.samples);
  const describe = (file: string) => pictureOf(context, file, call);
  const photos = [...probes, ...enrollment.map(({ file }) => file)];
  const styles = await Promise.all(openStyles(context.samples).map(describe));
  return {
    photos: await Promise.all(photos.map(describe)),
    styles: styles.map((style) => ({ ...style, name: path.parse(style.name).name })),
  };
};

const enrollSamples: Handler<'samples.enroll'> = async (context, _payload, call) => {
  const { enrollment, probes } = openAlbum(context.samples);
  const photos: CastPhoto[] = [];
  for (const [done, source] of enrollment.entries()) {
    throwIfCancelled(call.signal);
    const item = path.basename(source.file);
    call.onProgress?.({ stage: 'Enrolling sample photos', done, total: enrollment.length, item });
    photos.push(await enrollCast(context, source, call));
  }
  const faces = photos.flatMap((photo) => photo.faces);
  return {
    enrolled: faces.filter(({ refusal }) => refusal === null).length,
    photos: photos.map(shown),
    probes: await Promise.all(probes.map((file) => pictureOf(context, file, call))),
  };
};

/** Whoever also has photos of the user's own is no sample any more, and stays. */
const removeSamples: Handler<'samples.remove'> = async (context, { dryRun }, call) => {
  const files = new Set(openAlbum(context.samples).enrollment.map(({ file }) => file));
  const people = context.store.read((tables) =>
    listPeople(tables).filter(({ id }) => {
      const templates = listTemplates(tables, id);
      return templates.length > 0 && templates.every(({ source }) => files.has(source ?? ''));
    }),
  );
  if (!dryRun) for (const { id } of people) await deletePerson(context, { person: id }, call);
  return { people: people.length };
};

/** Without encodings, which never leave the services. */
const shown = ({ file, width, height, faces }: CastPhoto): SampleOutput['photos'][number] => ({
  picture: { path: file, name: path.basename(file), width, height },
  faces: faces.map(({ face, ...rest }) => {
    const { box, score, landmarks, quality } = face;
    return { face: { box, score, landmarks, quality }, ...rest };
  }),
});

type SampleOutput = CommandOutput<'samples.enroll'>;

async function pictureOf(
  { host }: ServiceContext,
  file: string,
  call: CallOptions,
): Promise<StoredPicture> {
  const source = { image: { path: file } };
  const { width, height } = await host.request('describePicture', source, signalOf(call));
  return { path: file, name: path.basename(file), width, height };
}

export const samplesHandlers = {
  'samples.list': listSamples,
  'samples.styles': listSampleStyles,
  'samples.enroll': enrollSamples,
  'samples.remove': removeSamples,
} satisfies Partial<Handlers>;

import path from 'node:path';
import type { CommandOutput } from '../../../contract/commands.ts';
import type { StoredPicture } from '../../../contract/window-values.ts';
import { signalOf } from '../analysis.ts';
import type { CallOptions, Handler, ServiceContext } from '../context.ts';
import { throwIfCancelled } from '../cooperation.ts';
import { deletePerson } from '../people.ts';
import { listPeople, listTemplates } from '../../../db/store.ts';
import { openAlbum, openStyles } from './album.ts';
import { enrollCast, type CastPhoto } from './cast.ts';

export const listSamples: Handler<'samples.list'> = async (context, _payload, call) => {
  const { enrollment, probes } = openAlbum(context.samples);
  const files = [...enrollment.map(({ file }) => file), ...probes];
  return {
    pictures: await Promise.all(files.map((file) => pictureOf(context, file, call))),
    people: enrollment.flatMap(({ people }) => people),
  };
};

export const listSampleStyles: Handler<'samples.styles'> = async (context, _payload, call) => {
  const { probes, enrollment } = openAlbum(context.samples);
  const describe = (file: string) => pictureOf(context, file, call);
  const photos = [...probes, ...enrollment.map(({ file }) => file)];
  const styles = await Promise.all(openStyles(context.samples).map(describe));
  return {
    photos: await Promise.all(photos.map(describe)),
    styles: styles.map((style) => ({ ...style, name: path.parse(style.name).name })),
  };
};

export const enrollSamples: Handler<'samples.enroll'> = async (context, _payload, call) => {
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
export const removeSamples: Handler<'samples.remove'> = async (context, { dryRun }, call) => {
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

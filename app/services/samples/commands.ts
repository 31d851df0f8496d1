import path from 'node:path';
import { commands } from '../../contract/commands.ts';
import type { StoredPicture } from '../../contract/window-values.ts';
import { findPersonByName, listTemplates, type Store } from '../../../db/store.ts';
import { signalOf } from '../analysis.ts';
import type { CallOptions, Handler, ServiceContext } from '../context.ts';
import { throwIfCancelled } from '../cooperation.ts';
import { detect } from '../detect.ts';
import { enrol } from '../enrolment/enrol.ts';
import { openAlbum, type EnrolmentSource } from './album.ts';
import { enrolCast, isEnrolled, type Dispatch } from './cast.ts';

export const listSamples: Handler<'samples.list'> = async (context, _payload, call) => {
  const { enrolment, probes } = openAlbum(context.samples);
  const files = [...enrolment.map(({ file }) => file), ...probes];
  return {
    pictures: await Promise.all(files.map((file) => pictureOf(context, file, call))),
    people: enrolment.flatMap(({ people }) => people),
  };
};

export const enrolSamples: Handler<'samples.enrol'> = async (context, _payload, call) => {
  const { enrolment, probes } = openAlbum(context.samples);
  const dispatch = inside(context, call);
  let enrolled = 0;
  for (const [done, source] of enrolment.entries()) {
    throwIfCancelled(call.signal);
    call.onProgress?.({ stage: 'Enrolling sample photos', done, total: enrolment.length });
    const { faces } = await enrolCast(dispatch, withFreeNames(context.store, source));
    enrolled += faces.filter(isEnrolled).length;
  }
  return {
    enrolled,
    probes: await Promise.all(probes.map((file) => pictureOf(context, file, call))),
  };
};

/** The two commands that an enrolment of samples is made of. */
function inside(context: ServiceContext, call: CallOptions): Dispatch {
  const quiet = signalOf(call);
  return (async (name, input) => {
    if (name === 'faces.detect')
      return detect(context, commands['faces.detect'].input.parse(input), quiet);
    return enrol(context, commands['enrolment.enrol'].input.parse(input), quiet);
  }) as Dispatch;
}

/** Somebody of that name who was there before must not get the face of a stranger. */
const withFreeNames = (store: Store, { file, people }: EnrolmentSource): EnrolmentSource => ({
  file,
  people: people.map((name) => (isSomebodyElse(store, name, file) ? `${name} (sample)` : name)),
});

const isSomebodyElse = (store: Store, name: string, file: string): boolean =>
  store.read((tables) => {
    const person = findPersonByName(tables, name);
    return (
      person !== undefined &&
      !listTemplates(tables, person.id).some(
        ({ source }) => source !== null && path.basename(source) === path.basename(file),
      )
    );
  });

async function pictureOf(
  { host }: ServiceContext,
  file: string,
  call: CallOptions,
): Promise<StoredPicture> {
  const source = { image: { path: file } };
  const { width, height } = await host.request('describePicture', source, signalOf(call));
  return { path: file, name: path.basename(file), width, height };
}

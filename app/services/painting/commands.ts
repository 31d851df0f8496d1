import path from 'node:path';
import type { CommandPayload } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { JobState } from '../../../contract/paintings.ts';
import { confinement, isConfined } from '../../../foundation/files/confinement.ts';
import { checkOutput, type OutputCheck } from '../../../foundation/files/output-file.ts';
import {
  insertJob,
  listJobs as allJobs,
  removeJob,
  requeueJob,
  type JobRecord,
  type JobWish,
  type Store,
} from '../../../db/store.ts';
import { noteActivity } from '../activity.ts';
import { signalOf } from '../analysis.ts';
import type { Handler, ServiceContext, Handlers } from '../context.ts';
import { pictureFolder } from '../picture-names.ts';
import {
  checkpointFolder,
  newPaintingPath,
  outputPath,
  picturesOf,
  removeCheckpoint,
  withFullPaths,
  jobOf,
  pauseAbandoned,
  requireJob,
} from './painting-queue.ts';

export const estimate: Handler<'paintings.estimate'> = async ({ studio }, { settings }, call) => {
  const payload = { settings: withFullPaths(settings) };
  const { estimate: found, warnings } = await studio.request(
    'estimatePainting',
    payload,
    signalOf(call),
  );
  return { estimate: found, warnings: [...warnings] };
};

export const create: Handler<'paintings.create'> = async ({ store, paintings, now }, payload) => {
  const settings = withFullPaths(payload.settings);
  const { replace } = payload;
  const inputs = picturesOf(settings);
  const output = await outputPath(
    payload.output ?? (await newPaintingPath(store, settings.content, now())),
    { inputs, replace, database: store.file },
  );
  const preview = { inputs, output, replace, database: store.file };
  const previewFile = await previewPath(payload.previewFile, preview);
  const id = store.write((tables) =>
    insertJob(tables, { settings, output, previewFile }, paintings.beat),
  );
  paintings.wake();
  return { job: jobOf(requireJob(store, id)) };
};

export const list: Handler<'paintings.list'> = async (context) => {
  await refresh(context);
  return { jobs: context.store.read(allJobs).map(jobOf) };
};

export const show: Handler<'paintings.show'> = async (context, { id }) => ({
  job: jobOf(await current(context, id)),
});

export const wait: Handler<'paintings.wait'> = async (context, { id }, call) => {
  const { paintings } = context;
  const job = await current(context, id);
  const { signal = new AbortController().signal, onProgress = () => undefined } = call;
  try {
    await paintings.follow(id, onProgress, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    await paintings.stop(id, 'paused');
    throw stopped(job);
  }
  return { job: jobOf(await current(context, id)) };
};

export const pause: Handler<'paintings.pause'> = (context, { id }) =>
  stop(context, id, 'paused', ['queued', 'running']);

export const cancel: Handler<'paintings.cancel'> = (context, { id }) =>
  stop(context, id, 'cancelled', ['queued', 'running', 'paused', 'failed']);

export const resume: Handler<'paintings.resume'> = async (context, payload) => {
  const { store, paintings } = context;
  const job = await current(context, payload.id);
  expectState(job, ['paused', 'failed'], 'go on');
  refuseProgram(store, [...picturesOf(job.settings), job.output, job.previewFile]);
  const inputs = picturesOf(job.settings);
  // Its own output is what it was begun for; what stands there then was allowed to be replaced.
  const replace = payload.output === undefined || path.resolve(payload.output) === job.output;
  const check = { inputs, database: store.file };
  const output = await outputPath(payload.output ?? job.output, { ...check, replace });
  const preview = { ...check, output, replace: true };
  const previewFile = await previewPath(
    payload.previewFile ?? job.previewFile ?? undefined,
    preview,
  );
  store.write((tables) => requeueJob(tables, job.id, { output, previewFile }, paintings.beat));
  paintings.wake();
  return { job: jobOf(requireJob(store, job.id)) };
};

/** Full; null where none is wanted. A painting that goes on writes over its own. */
async function previewPath(
  file: string | undefined,
  {
    inputs,
    output,
    ...check
  }: Required<Pick<OutputCheck, 'inputs'>> & OutputCheck & { output: string },
): Promise<string | null> {
  if (file === undefined) return null;
  return await checkOutput(file, { inputs: [...inputs, output], ...check });
}

export const recall: Handler<'paintings.recall'> = async ({ studio }, payload, call) => {
  const { settings } = await studio.request('recallPainting', payload, signalOf(call));
  return { settings };
};

const exportPainting: Handler<'paintings.export'> = async (context, payload, call) => {
  const { id, format } = payload;
  const job = await current(context, id);
  expectState(job, ['done'], 'be exported');
  refuseProgram(context.store, [job.output]);
  const file =
    payload.file === undefined
      ? null
      : await outputPath(payload.file, {
          inputs: [job.output],
          replace: payload.replace,
          database: context.store.file,
        });
  if (file !== null) refuseOtherFormat(file, format);
  const settings = { ...job.settings, encoder: job.result?.encoder };
  const request = { picture: job.output, settings, format, output: file };
  // The studio may be busy with a step of another painting.
  const { bytes } = await context.host.request('convertPainting', request, signalOf(call));
  noteActivity(context, 'exported', null, { paintings: 1 });
  return { file, bytes };
};

export const remove: Handler<'paintings.remove'> = async (context, { id }) => {
  expectState(await current(context, id), ['done', 'failed', 'cancelled'], 'be removed');
  context.store.write((tables) => removeJob(tables, id));
  await removeCheckpoint(context.store, id);
  return {};
};

/** What the owner has painted from and to other folders is not read or written for a program. */
function refuseProgram(store: Store, files: readonly (string | null)[]): void {
  if (confinement() === undefined) return;
  const own = [pictureFolder(store), checkpointFolder(store)].map((folder) => path.resolve(folder));
  const foreign = files.find(
    (file) => file !== null && !isConfined(file) && !own.includes(path.dirname(file)),
  );
  if (foreign === undefined) return;
  throw new LikenessError(
    'path_refused',
    'This painting lies, or was made from pictures, where programs may not go.',
  );
}

function refuseOtherFormat(file: string, format: PictureFormat): void {
  if (endings[format].includes(path.extname(file).toLowerCase())) return;
  throw new LikenessError(
    'invalid_input',
    `${file} is no name for a ${format} picture: it must end in ${endings[format].join(' or ')}.`,
    { details: { fields: [{ field: 'file', message: `does not end in ${endings[format][0]!}` }] } },
  );
}

type PictureFormat = CommandPayload<'paintings.export'>['format'];

const endings: Readonly<Record<PictureFormat, readonly string[]>> = {
  png: ['.png'],
  jpeg: ['.jpg', '.jpeg'],
  tiff: ['.tif', '.tiff'],
  webp: ['.webp'],
};

async function stop(
  context: ServiceContext,
  id: number,
  wish: JobWish,
  from: readonly JobState[],
): Promise<{ job: ReturnType<typeof jobOf> }> {
  expectState(await current(context, id), from, wish === 'paused' ? 'be paused' : 'be cancelled');
  await context.paintings.stop(id, wish);
  return { job: jobOf(requireJob(context.store, id)) };
}

/** The job as it is once those of dead processes are known to be paused. */
async function current(context: ServiceContext, id: number): Promise<JobRecord> {
  await refresh(context);
  return requireJob(context.store, id);
}

const refresh = ({ store, now }: ServiceContext): Promise<void> => pauseAbandoned(store, now);

function expectState({ id, state }: JobRecord, from: readonly JobState[], what: string): void {
  if (from.includes(state)) return;
  throw new LikenessError('job_state', `The painting ${id} is ${state} and cannot ${what}.`, {
    details: { id, state },
  });
}

const stopped = ({ id, output }: JobRecord): LikenessError =>
  new LikenessError('cancelled', `The painting ${id} is paused and can go on.`, {
    details: { id, output },
  });

export const paintingHandlers = {
  'paintings.estimate': estimate,
  'paintings.create': create,
  'paintings.list': list,
  'paintings.show': show,
  'paintings.wait': wait,
  'paintings.pause': pause,
  'paintings.resume': resume,
  'paintings.cancel': cancel,
  'paintings.export': exportPainting,
  'paintings.remove': remove,
  'paintings.recall': recall,
} satisfies Partial<Handlers>;

import { stopped } from '../../foundation/concurrency.ts';
import { createHash } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toLikenessError, LikenessError } from '../../contract/errors.ts';
import { writeWhole } from '../../foundation/files/output-file.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.ts';
import {
  encodePainting,
  formatOf,
  encodePreview,
  type PaintedPlanes,
  type PaintingNote,
} from '../images/painting-file.ts';
import type { PaintingResult } from '../../contract/paintings.ts';
import type { PaintingLosses, Progress } from '../../contract/values.ts';
import { version } from '../../contract/version.ts';
import { refuseOtherBasis, type Basis } from '../checkpoint/checkpoint.ts';
import type { Picture } from './picture.ts';
import type { Engine } from '../catalog/engine.ts';
import type { HostPayload } from '../../contract/host.ts';
import type { RequestContext } from '../../contract/rpc.ts';
import type { Painter, PaintingStep } from './painter.ts';
import { prepare, type Prepared } from './prepare.ts';

/**
 * As `writeWhole`: the state must not change meanwhile.
 *
 * @throws LikenessError disk_full
 */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  try {
    await writeWhole(file, encodeCheckpoint(checkpoint));
  } catch (thrown) {
    throw toLikenessError(thrown);
  }
}

/**
 * What was written last; null where nothing was.
 *
 * @throws LikenessError checkpoint_corrupt, checkpoint_incompatible
 */
export async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  const bytes = await readRegularFile(file, 'state').catch((thrown: unknown) => {
    const error = toLikenessError(thrown);
    if (error.code === 'file_not_found') return null;
    throw error;
  });
  return bytes === null ? null : decodeCheckpoint(bytes);
}

/**
 * Writes the painting, whole or not at all. Where it cannot be written, its hours are not lost: it
 * goes to the first folder that takes it, and the error says where it is. There is one such copy of a
 * painting, however often it is tried, and none once it is written.
 *
 * @param shelters folders of the user's own to try; one among the temporary files comes last
 * @throws LikenessError with what hindered it and, in `details.kept`, the file that has it
 */
export async function writePainting(
  output: string,
  painting: PaintedPlanes,
  note: PaintingNote,
  shelters: readonly string[],
): Promise<void> {
  const bytes = await encodePainting(painting, formatOf(output), note);
  try {
    await writePicture(output, bytes);
  } catch (thrown) {
    throw notWritten(output, thrown, await shelter(shelters, output, bytes));
  }
  for (const folder of [...shelters, temporaryShelter()])
    await rm(keptIn(folder, output), { force: true }).catch(() => undefined);
}

/** The same for every attempt at one painting, and that of no other. */
function keptIn(folder: string, output: string): string {
  const key = createHash('sha256').update(path.resolve(output)).digest('hex').slice(0, 12);
  return path.join(folder, `kept-${key}-${path.basename(output)}`);
}

async function shelter(
  folders: readonly string[],
  output: string,
  bytes: Uint8Array,
): Promise<string | null> {
  const temporary = await openTemporaryShelter();
  for (const folder of temporary === null ? folders : [...folders, temporary]) {
    const file = keptIn(folder, output);
    const written = await writeWhole(file, bytes).then(
      () => true,
      () => false,
    );
    if (written) return file;
  }
  return null;
}

const temporaryShelter = (): string =>
  path.join(tmpdir(), `likeness-kept-${process.getuid?.() ?? 'here'}`);

/** Everybody may put something there under this name first: what is not ours alone is not used. */
async function openTemporaryShelter(): Promise<string | null> {
  const folder = temporaryShelter();
  await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
  const found = await lstat(folder).catch(() => null);
  if (found?.isDirectory() !== true) return null;
  const isOurs = process.getuid === undefined || found.uid === process.getuid();
  const isPrivate = process.getuid === undefined || (found.mode & 0o077) === 0;
  return isOurs && isPrivate ? folder : null;
}

function notWritten(output: string, thrown: unknown, kept: string | null): LikenessError {
  const { code, message, details } = toLikenessError(thrown);
  const reason =
    code === 'disk_full' ? `${output} could not be written: the disk is full.` : message;
  const where =
    kept === null
      ? 'Free some space and resume the painting: its last step is kept.'
      : `The painting is kept in ${kept}.`;
  return new LikenessError(code, `${reason} ${where}`, {
    details: { ...details, file: output, ...(kept === null ? {} : { kept }) },
    cause: thrown,
  });
}

/** Throws as `writeWhole`. Whoever may read the folder may read the picture. */
export const writePicture = (file: string, bytes: Uint8Array): Promise<void> =>
  writeWhole(file, bytes, { mode: 0o666 });

/** Milliseconds between two previews. */
const PREVIEW_PERIOD = 250;
/** Pixels of the longer side of a preview. */
const PREVIEW_SIZE = 512;
/** Milliseconds between two checkpoints, and the share of all time that they may take. */
const CHECKPOINT_PERIOD = 2000;
const CHECKPOINT_SHARE = 0.05;

type Order = HostPayload<'paint'>;

/** Paints a job to its end, or to an abort; then its last step is in the checkpoint. */
export async function paint(
  { catalog, runtime }: Engine,
  painter: Painter,
  job: Order,
  { signal, report }: RequestContext,
): Promise<PaintingResult> {
  const started = performance.now();
  const prepared = await prepare(catalog, job.settings, job.output);
  const { tiles, memoryBytes } = await painter.forecast(prepared.order);
  const checkpoint = await readCheckpoint(job.checkpoint);
  const { inputs } = prepared;
  const unknown = checkpoint && refuseOtherBasis('painting', checkpoint.inputs, inputs);
  const steps = painter.paint(prepared.order, checkpoint);
  const run = new PaintingRun({ job, inputs, signal, report }, checkpoint);
  const picture = await run.follow(steps, (last) => write(job, prepared, last));
  await write(job, prepared, picture);
  const { width, height } = prepared.order.content;
  return {
    output: job.output,
    width,
    height,
    encoder: prepared.order.encoder.manifest.id,
    provider: runtime.provider,
    steps: run.step,
    losses: run.losses,
    elapsedMs: performance.now() - started,
    secondsPerStep: run.secondsPerStep,
    peakMemoryMb: peakMemory(),
    predictedMemoryMb: memoryBytes / 1e6,
    tiles,
    warnings: [...runtime.warnings, ...prepared.warnings, ...(unknown === null ? [] : [unknown])],
  };
}

function write(job: Order, { order, alpha }: Prepared, picture: Picture): Promise<void> {
  const settings = JSON.stringify({ ...job.settings, encoder: order.encoder.manifest.id });
  const note = { software: `Likeness ${version}`, settings };
  return writePainting(job.output, { ...picture, alpha }, note, [path.dirname(job.checkpoint)]);
}

/** 10⁶ bytes that the process has held at once. */
const peakMemory = (): number => (process.resourceUsage().maxRSS * 1024) / 1e6;

/** What is done about the steps of one painting. */
class PaintingRun {
  readonly #job: Order;
  readonly #inputs: Basis;
  readonly #signal: AbortSignal;
  readonly #report: (progress: Progress) => void;
  readonly #began = performance.now();
  /** Steps that were done before, and what the last of them came to. */
  readonly #before: { readonly step: number; readonly losses: PaintingLosses };
  #last: PaintingStep | null = null;
  #previewAt = -Infinity;
  #checkpointAt = -Infinity;
  #checkpointMs = 0;

  constructor(
    {
      job,
      inputs,
      signal,
      report,
    }: RequestContext & { readonly job: Order; readonly inputs: Basis },
    checkpoint: Checkpoint | null,
  ) {
    this.#job = job;
    this.#inputs = inputs;
    this.#signal = signal;
    this.#report = report;
    // One entry per step, over all sizes.
    const losses = checkpoint?.losses ?? [];
    this.#before = {
      step: losses.length,
      losses: { content: 0, style: 0, totalVariation: 0, ...losses.at(-1) },
    };
  }

  get step(): number {
    return this.#last?.step ?? this.#before.step;
  }

  get losses(): PaintingLosses {
    return this.#last?.losses ?? this.#before.losses;
  }

  get secondsPerStep(): number {
    return (performance.now() - this.#began) / 1000 / Math.max(1, this.step - this.#before.step);
  }

  /** @param rescue takes the last good picture of a painting that diverged */
  async follow(
    steps: AsyncGenerator<PaintingStep, Picture, undefined>,
    rescue: (picture: Picture) => Promise<void>,
  ): Promise<Picture> {
    try {
      for (;;) {
        if (this.#signal.aborted) await this.#stop();
        const next = await steps.next();
        if (next.done === true) return next.value;
        await this.#hear(next.value);
      }
    } catch (thrown) {
      throw await this.#explained(thrown, rescue);
    } finally {
      await steps.return(undefined as never).catch(() => undefined);
    }
  }

  async #hear(step: PaintingStep): Promise<void> {
    this.#last = step;
    const preview = await this.#preview(step);
    this.#report({
      stage: 'Painting',
      done: step.step,
      total: step.steps,
      painting: {
        losses: step.losses,
        share: step.share,
        secondsLeft: step.secondsLeft,
        ...preview,
      },
    });
    const pause = Math.max(CHECKPOINT_PERIOD, this.#checkpointMs / CHECKPOINT_SHARE);
    if (performance.now() - this.#checkpointAt > pause) await this.#save(step);
  }

  async #preview({
    picture,
  }: PaintingStep): Promise<{ readonly preview?: Uint8Array<ArrayBuffer> }> {
    const now = performance.now();
    if (!this.#job.previews || now - this.#previewAt < PREVIEW_PERIOD) return {};
    this.#previewAt = now;
    return { preview: await encodePreview(picture(), PREVIEW_SIZE) };
  }

  async #save({ checkpoint }: PaintingStep): Promise<void> {
    const began = performance.now();
    await writeCheckpoint(this.#job.checkpoint, { ...checkpoint(), inputs: this.#inputs });
    this.#checkpointAt = performance.now();
    this.#checkpointMs = this.#checkpointAt - began;
  }

  async #stop(): Promise<never> {
    if (this.#last !== null) await this.#save(this.#last);
    throw stopped();
  }

  async #explained(thrown: unknown, rescue: (picture: Picture) => Promise<void>): Promise<unknown> {
    if (!(thrown instanceof LikenessError) || thrown.code !== 'painting_diverged') return thrown;
    if (this.#last === null) return thrown;
    await rescue(this.#last.picture());
    const { output } = this.#job;
    return new LikenessError(
      thrown.code,
      `${thrown.message} The last good picture is in ${output}.`,
      { details: { ...thrown.details, kept: output }, cause: thrown },
    );
  }
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError } from '../../../contract/errors.ts';
import type { Refusal, Progress } from '../../../contract/values.ts';
import { decodeImage } from '../../images/decode.ts';
import { resizeImage } from '../../images/resampling.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import { readImageSource } from '../../images/source.ts';
import { shuffled } from '../chips.ts';
import type { Engine } from '../../catalog/engine.ts';
import type { RequestContext } from '../../../contract/rpc.ts';
import { failureOf, photoFolder } from '../photos.ts';
import type { CommandOutput, CommandPayload } from '../../../contract/commands.ts';
import { sha256Of } from '../../../foundation/hash.ts';
import type { ManifestOf, ModelManifest } from '../../../contract/manifest.ts';
import { install } from '../../catalog/model-files.ts';
import type { Graph } from '../../graph/graph.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { countFlops } from '../../ops/flops.ts';
import { operators } from '../../ops/registry.ts';
import { distillStyle, refuseUnfitTeacher, type DistilledStyle } from './train.ts';
import type { StyleDistillationSettings, StyleDistillationProgress } from './task.ts';
import { shownLayers, studentShape } from './networks.ts';
import { inHalfPrecision } from '../../catalog/half-precision.ts';
import { adamwDefaults } from '../optimizers.ts';
import { loadStyleEncoder } from '../../style/prepare.ts';
import { refuseTakenName } from '../models.ts';

interface StylePictures {
  readonly training: readonly RgbImage[];
  readonly validation: readonly RgbImage[];
  readonly unreadable: readonly string[];
  readonly files: number;
  /** Each file that is not used, with the reason; without those beyond what is kept in memory. */
  readonly unused: readonly Refusal[];
  readonly leftOut: number;
}

/** Larger pictures are made so small: what is cut out of them is smaller still. */
const SHORTER_SIDE = 288;
/** About 350 kB each stay in memory. */
const MOST_PICTURES = 4000;

/**
 * All pictures of some folders, small, in an order that the seed decides.
 *
 * @throws LikenessError training_impossible without two pictures that can be read, cancelled
 */
export async function gatherStylePictures(
  {
    images,
    seed,
    validation,
  }: {
    readonly images: readonly string[];
    readonly seed: number;
    readonly validation: number;
  },
  { signal, report }: RequestContext,
): Promise<StylePictures> {
  const files: string[] = [];
  const unused: Refusal[] = [];
  for (const root of images) {
    const found = await photoFolder(root, 'used');
    files.push(...found.photos.map(({ file }) => file));
    unused.push(...found.unused);
  }
  const foreign = unused.length;
  const order = [...shuffled(files.length, seed, 0)].slice(0, MOST_PICTURES);
  const pictures: RgbImage[] = [];
  for (const [done, index] of order.entries()) {
    if (signal.aborted) throw new LikenessError('cancelled', 'Stopped before the training began.');
    const picture = await readSmall(files[index]!);
    if ('code' in picture) unused.push(picture);
    else pictures.push(picture);
    report({ stage: 'Reading pictures', done: done + 1, total: order.length });
  }
  const unreadable = unused.slice(foreign).map(({ file }) => file);
  if (pictures.length < 2)
    throw new LikenessError(
      'training_impossible',
      `There are ${pictures.length} pictures that can be read in ${images.join(', ')}; at least two ` +
        'are needed, a few hundred to learn something.',
      { details: { images: [...images], pictures: pictures.length, unreadable } },
    );
  const apart = Math.max(1, Math.round(validation * pictures.length));
  return {
    training: pictures.slice(apart),
    validation: pictures.slice(0, apart),
    unreadable,
    files: files.length + foreign,
    unused,
    leftOut: files.length - order.length,
  };
}

async function readSmall(file: string): Promise<RgbImage | Refusal> {
  try {
    const { pixels } = await decodeImage(await readImageSource({ path: file }));
    const scale = SHORTER_SIDE / Math.min(pixels.width, pixels.height);
    if (scale >= 1) return pixels;
    const side = (length: number) => Math.max(1, Math.round(length * scale));
    return await resizeImage(pixels, side(pixels.width), side(pixels.height));
  } catch (thrown) {
    return failureOf(file, thrown);
  }
}

type Payload = CommandPayload<'training.styleEncoder'>;
type Teacher = ManifestOf<'style-encoder'>;

/** Reads the pictures, teaches a student, and puts it into the catalog beside its teacher. */
export async function trainStyleEncoder(
  engine: Engine,
  payload: Payload,
  request: RequestContext,
): Promise<CommandOutput<'training.styleEncoder'>> {
  const began = performance.now();
  await refuseTakenName(engine, payload.id);
  const teacher = await loadStyleEncoder(engine.catalog, payload.teacher);
  refuseUnfitTeacher(teacher, studentShape);
  const from =
    payload.from === undefined ? null : await loadStyleEncoder(engine.catalog, payload.from);
  await mkdir(payload.work, { recursive: true });
  const pictures = await gatherStylePictures(payload, request);
  const distilled = await distillStyle({
    runtime: engine.runtime,
    name: payload.id,
    teacher,
    shape: studentShape,
    from: from?.graph ?? null,
    input: studentInput(teacher.manifest),
    settings: settingsOf(payload),
    training: pictures.training,
    validation: pictures.validation,
    checkpoint: path.join(payload.work, `${payload.id}.checkpoint`),
    signal: request.signal,
    report: (progress) => request.report(progressOf(progress)),
  });
  const onnx = writeOnnx(inHalfPrecision(distilled.graph));
  const base = (from ?? teacher).manifest;
  const manifest = manifestOf(teacher.manifest, onnx, { payload, pictures, distilled, base });
  await install(engine.userModels, { onnx, manifest });
  return {
    model: { id: manifest.id, bytes: onnx.length, sha256: manifest.sha256 },
    teacher: payload.teacher,
    pictures: { training: pictures.training.length, validation: pictures.validation.length },
    unreadable: [...pictures.unreadable],
    leftOut: pictures.leftOut,
    files: pictures.files,
    unused: [...pictures.unused],
    parameters: distilled.parameters,
    flopsPerPixel: {
      student: flopsPerPixel(distilled.graph),
      teacher: flopsPerPixel(teacher.graph),
    },
    curve: distilled.curve.map(({ layers, ...point }) => ({ ...point, layers: [...layers] })),
    seconds: (performance.now() - began) / 1000,
  };
}

/** Of 255: roughly that of natural photos, so that what flows through the student is about 1. */
const DEVIATION = 60;

/** As the teacher is fed, but for the deviations: zero padding stays what it is. */
const studentInput = ({ input }: Teacher): ModelManifest['input'] => ({
  ...input,
  name: 'image',
  std: [DEVIATION, DEVIATION, DEVIATION],
});

const POINTS = 12;

function settingsOf(payload: Payload): StyleDistillationSettings {
  const { seed, steps, batch, side, gramWeight, learningRate } = payload;
  return {
    seed,
    steps,
    batch,
    side,
    gramWeight,
    peak: learningRate,
    paintings: paintingsOf(payload),
    every: Math.max(1, Math.ceil(steps / POINTS)),
    warmUp: Math.min(200, Math.ceil(steps / 10)),
    trainer: {
      optimizer: { ...adamwDefaults, weightDecay: 0 },
      clipNorm: 5,
      averaging: 0.98,
      statisticsMomentum: 0.9,
    },
  };
}

const paintingsOf = ({ batch, paintings = Math.floor(batch / 2) }: Payload): number =>
  Math.min(batch, paintings);

function progressOf({ step, steps, loss, secondsLeft }: StyleDistillationProgress): Progress {
  const note = `loss ${loss.toFixed(4)}, ${Math.ceil(secondsLeft / 60)} min left`;
  return { stage: `Training: ${note}`, done: step, total: steps };
}

const SIDE = 256;
const flopsPerPixel = (graph: Graph): number =>
  countFlops(graph, operators, { height: SIDE, width: SIDE }) / SIDE ** 2;

function manifestOf(
  teacher: Teacher,
  onnx: Uint8Array,
  run: {
    readonly payload: Payload;
    readonly pictures: StylePictures;
    readonly distilled: DistilledStyle;
    /** What it began with. */
    readonly base: Teacher;
  },
): Teacher {
  const { id } = run.payload;
  return {
    id,
    version: '1',
    bytes: onnx.length,
    sha256: sha256Of(onnx),
    name: `Style encoder trained on this machine, taught by ${teacher.id}`,
    license: `Yours; it learned from ${teacher.id} (${teacher.license})`,
    source: `Trained with Likeness from ${run.base.id}`,
    provenance: provenanceOf(teacher, run),
    input: studentInput(teacher),
    task: {
      role: 'style-encoder',
      trained: true,
      pooling: 'average',
      layers: [...shownLayers(studentShape)],
    },
  };
}

function provenanceOf(
  teacher: Teacher,
  { payload, pictures, distilled, base }: Parameters<typeof manifestOf>[2],
): NonNullable<ModelManifest['provenance']> {
  const { images, id, seed, steps, batch, side, learningRate, gramWeight, validation } = payload;
  const paintings = paintingsOf(payload);
  const start = payload.from === undefined ? '' : `--from ${payload.from} `;
  const roots = images.map((root) => root.split(/[\\/]/u).at(-1)).join(' ');
  return {
    command:
      `likeness train style-encoder --teacher ${teacher.id} ${start}--images ${roots} --id ${id} ` +
      `--seed ${seed} --steps ${steps} --batch ${batch} --paintings ${paintings} --side ${side} ` +
      `--learning-rate ${learningRate} --gram-weight ${gramWeight} --validation ${validation}`,
    seed,
    startedFrom: `${base.id} ${base.version}`,
    teacher: `${teacher.id} ${teacher.version}`,
    data: (['training', 'validation'] as const).map((part) => ({
      name: part,
      part,
      pictures: pictures[part].length,
    })),
    settings: { steps, batch, paintings, side, learningRate, gramWeight },
    metrics: Object.fromEntries(
      distilled.curve
        .at(-1)!
        .layers.flatMap(({ layer, features, gram }) => [
          [`${layer}: activations`, features] as const,
          [`${layer}: Gram matrix`, gram] as const,
        ]),
    ),
  };
}

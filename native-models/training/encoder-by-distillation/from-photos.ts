import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { CommandPayload, CommandOutput } from '../../../contract/commands.ts';
import type { Progress } from '../../../contract/values.ts';
import { mildAugmentation } from '../augmentation.ts';
import {
  distill,
  type DistillationProgress,
  type DistillationSettings,
  type Distilled,
} from './distill.ts';
import { adamwDefaults } from '../optimizers.ts';
import { sha256Of } from '../../../foundation/hash.ts';
import type { Provenance } from '../../../contract/manifest.ts';
import {
  decisionsOf,
  inputOf,
  loadEncoder,
  refuseTakenName,
  measureApart,
  split,
  type Encoder,
  type MeasuredApart,
  type Parts,
} from '../models.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { install } from '../../catalog/model-files.ts';
import type { Graph } from '../../graph/graph.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { operators } from '../../ops/registry.ts';
import { graphOf } from '../../runtime/runtime.ts';
import { CHIP_SIDE, type EncoderInput } from '../chips.ts';
import { inFullPrecision, inHalfPrecision } from '../../catalog/half-precision.ts';
import type { Engine } from '../../catalog/engine.ts';
import type { RequestContext } from '../../../contract/rpc.ts';
import { loadModels, openNetwork } from '../../faces/open-models.ts';
import { gatherExamples, type Gathered } from '../photos.ts';

type EncoderPayload = CommandPayload<'training.encoder'>;

/** What a command leaves open, filled in. */
function distillationSettings(payload: EncoderPayload): DistillationSettings {
  const { seed, epochs, batch, freeze, learningRate, penalty } = payload;
  return {
    seed,
    epochs,
    batch,
    freeze,
    microBatches: 1,
    relationWeight: 1,
    ridgePenalty: penalty,
    peak: learningRate,
    warmUp: 200,
    augmentation: mildAugmentation,
    trainer: {
      // A network without normalization: one rate for all its layers would destroy some of them.
      optimizer: { ...adamwDefaults, relative: true },
      clipNorm: 1,
      averaging: 0.998,
      statisticsMomentum: 0.9,
    },
  };
}

export function progressOf(progress: DistillationProgress): Progress {
  if (progress.stage === 'features')
    return { stage: 'Fitting the last layer', done: progress.done, total: progress.total };
  const { step, steps, epoch, loss, cosine, secondsLeft } = progress;
  const minutes = Math.ceil(secondsLeft / 60);
  const note = `epoch ${epoch}, loss ${loss.toFixed(4)}, cosine ${cosine.toFixed(3)}, ${minutes} min left`;
  return { stage: `Training: ${note}`, done: step, total: steps };
}

interface Run {
  readonly payload: EncoderPayload;
  readonly parts: Parts;
  readonly distilled: Distilled;
  readonly measured: MeasuredApart;
}

/**
 * The manifest of a trained encoder. Thresholds and probabilities are measured on people who took
 * no part, where there are any, else taken over from the encoder that it began with.
 */
function manifestOfTrained(
  { base, teacher }: { readonly base: Encoder; readonly teacher: Encoder },
  onnx: Uint8Array,
  run: Run,
): Encoder {
  const { payload, distilled, measured } = run;
  return {
    id: payload.id,
    name: `Face encoder trained on this machine, taught by ${teacher.id}`,
    version: '1',
    bytes: onnx.length,
    sha256: sha256Of(onnx),
    license: `Yours; it began with ${base.id} (${base.license}) and learned from ${teacher.id} (${teacher.license})`,
    source: `Trained with Likeness from ${base.id}`,
    provenance: provenanceOf({ base, teacher }, run),
    input: base.input,
    task: {
      ...base.task,
      output: distilled.graph.outputs[0]!.name,
      dimension: base.task.dimension,
      metric: 'cosine',
      mirror: true,
      ...decisionsOf(measured.comparisons),
    },
  };
}

function provenanceOf(
  { base, teacher }: { readonly base: Encoder; readonly teacher: Encoder },
  { payload, parts, distilled, measured }: Run,
): Provenance {
  const { images, id, seed, epochs, batch, freeze, learningRate, penalty } = payload;
  const roots = images.map((root) => `--images ${root.split(/[\\/]/u).at(-1)}`).join(' ');
  const { trained, former } = measured.test;
  return {
    command:
      `likeness train encoder --teacher ${teacher.id} --from ${base.id} ${roots} --id ${id} ` +
      `--seed ${seed} --epochs ${epochs} --batch ${batch} --learning-rate ${learningRate} ` +
      `--penalty ${penalty} --freeze ${freeze.join(' ')} ` +
      `--validation ${payload.validation} --test ${payload.test}`,
    seed,
    startedFrom: `${base.id} ${base.version}`,
    teacher: `${teacher.id} ${teacher.version}`,
    data: (['training', 'validation', 'test'] as const).map((part) => ({
      name: part,
      part,
      faces: parts[part].length,
      people: new Set(parts[part].flatMap(({ person }) => person ?? [])).size,
    })),
    settings: { epochs, batch, learningRate, penalty, trainedParameters: distilled.trained },
    metrics: {
      ...metricsOf('former', former),
      ...metricsOf('trained', trained),
    },
  };
}

const metricsOf = (
  who: string,
  separation: MeasuredApart['test']['trained'],
): Record<string, number> =>
  Object.fromEntries(
    separation?.tar.map(({ far, tar }) => [`${who}: TAR at FAR ${far}`, tar] as const) ?? [],
  );

/** Gathers faces, teaches the student, measures it on people apart, and puts it into the catalog. */
export async function trainEncoder(
  engine: Engine,
  payload: EncoderPayload,
  request: RequestContext,
): Promise<CommandOutput<'training.encoder'>> {
  const began = performance.now();
  const base = await loadEncoder(engine, payload.from);
  refuseUnlessTeachable(base.manifest);
  await refuseTakenName(engine, payload.id);
  await mkdir(payload.work, { recursive: true });
  const teacher = await loadEncoder(engine, payload.teacher);
  const gathered = await gather(engine, payload, teacher, request);
  try {
    const parts = split(gathered.examples, payload);
    const input = inputOf(base.manifest);
    const encoder = inFullPrecision(graphOf(base.bytes, operators));
    const distilled = await teach(engine, payload, { encoder, input, parts }, request);
    const onnx = writeOnnx(inHalfPrecision(distilled.graph));
    const student = inFullPrecision(graphOf(onnx, operators));
    const apart = parts.test.length > 0 ? parts.test : parts.validation;
    const measured = await measureApart(engine.runtime, { encoder, student, input }, apart);
    const models = { base: base.manifest, teacher: teacher.manifest };
    const manifest = manifestOfTrained(models, onnx, { payload, parts, distilled, measured });
    await install(engine.userModels, { onnx, manifest });
    return {
      model: { id: manifest.id, bytes: onnx.length, sha256: manifest.sha256 },
      ...countsOf(gathered, parts),
      ...summaryOf(distilled),
      test: measured.test,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await gathered.close();
  }
}

/** The student is built from a network whose faces are cut as the stored chips are. */
function refuseUnlessTeachable({ id, input, task }: Encoder): void {
  if (task.alignment === 'dlib-68' && input.width === CHIP_SIDE && input.layout === 'NCHW') return;
  throw new LikenessError(
    'training_impossible',
    `A student cannot begin with ${id}: its faces are not cut by dlib's template at ${CHIP_SIDE} ` +
      'pixels. Begin with encoder-resnet29.',
    { details: { model: id } },
  );
}

async function gather(
  { catalog, runtime }: Engine,
  { images, work }: EncoderPayload,
  teacher: { readonly manifest: Encoder; readonly bytes: Uint8Array },
  { signal, report }: RequestContext,
): Promise<Gathered> {
  return gatherExamples({
    models: await loadModels(catalog, runtime),
    teacher: await openNetwork(runtime, teacher),
    roots: images,
    folder: work,
    signal,
    report: (done, total) => report({ stage: 'Finding faces', done, total }),
  });
}

function teach(
  { runtime }: Engine,
  payload: EncoderPayload,
  learner: { readonly encoder: Graph; readonly input: EncoderInput; readonly parts: Parts },
  { signal, report }: RequestContext,
): Promise<Distilled> {
  const { encoder, input, parts } = learner;
  return distill({
    runtime,
    encoder,
    input,
    training: parts.training,
    validation: parts.validation,
    settings: distillationSettings(payload),
    checkpoint: path.join(payload.work, `${payload.id}.checkpoint`),
    signal,
    report: (progress) => report(progressOf(progress)),
  });
}

function countsOf({ photos, withoutFace, files, unused }: Gathered, parts: Parts) {
  const { training, validation, test } = parts;
  const faces = { training: training.length, validation: validation.length, test: test.length };
  return { photos, withoutFace, files, unused: [...unused], faces };
}

function summaryOf({ parameters, trained, curve }: Distilled) {
  return {
    parameters,
    trained,
    curve: curve.map(({ validation, ...epoch }) => ({
      ...epoch,
      validation: validation && { ...validation, tar: [...validation.tar] },
    })),
  };
}

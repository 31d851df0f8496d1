import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { CommandOutput, CommandPayload } from '../../../contract/commands.ts';
import type { Progress } from '../../../contract/values.ts';
import { sha256Of } from '../../../foundation/hash.ts';
import type { ManifestOf, ModelManifest } from '../../../contract/manifest.ts';
import { install } from '../../catalog/model-files.ts';
import type { Graph } from '../../graph/graph.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { countFlops } from '../../ops/flops.ts';
import { operators } from '../../ops/registry.ts';
import {
  distilStyle,
  refuseUnfitTeacher,
  type DistilledStyle,
} from '../../training/distillation/style/distil-style.ts';
import type { StyleDistillationSettings } from '../../training/distillation/style/settings.ts';
import { shownLayers, studentShape } from '../../training/distillation/style/student.ts';
import type { StyleDistillationProgress } from '../../training/distillation/style/task.ts';
import { inHalfPrecision } from '../../training/half-precision.ts';
import { adamwDefaults } from '../../training/optimizers/optimizer.ts';
import type { HostContext } from '../context.ts';
import type { RequestContext } from '../handler.ts';
import { loadStyleEncoder } from '../painting/load-encoder.ts';
import { refuseTakenName } from './encoders.ts';
import { gatherStylePictures, type StylePictures } from './style-pictures.ts';

type Payload = CommandPayload<'training.styleEncoder'>;
type Teacher = ManifestOf<'style-encoder'>;

/** Reads the pictures, teaches a student, and puts it into the catalog beside its teacher. */
export async function trainStyleEncoder(
  host: HostContext,
  payload: Payload,
  request: RequestContext,
): Promise<CommandOutput<'training.styleEncoder'>> {
  const began = performance.now();
  await refuseTakenName(host, payload.id);
  const teacher = await loadStyleEncoder(host.catalog, payload.teacher);
  refuseUnfitTeacher(teacher, studentShape);
  const from =
    payload.from === undefined ? null : await loadStyleEncoder(host.catalog, payload.from);
  await mkdir(payload.work, { recursive: true });
  const pictures = await gatherStylePictures(payload, request);
  const distilled = await distilStyle({
    ...{
      runtime: host.runtime,
      name: payload.id,
      teacher,
      shape: studentShape,
      from: from?.graph ?? null,
    },
    ...{ input: studentInput(teacher.manifest), settings: settingsOf(payload) },
    ...{ training: pictures.training, validation: pictures.validation },
    checkpoint: path.join(payload.work, `${payload.id}.checkpoint`),
    signal: request.signal,
    report: (progress) => request.report(progressOf(progress)),
  });
  const onnx = writeOnnx(inHalfPrecision(distilled.graph));
  const base = (from ?? teacher).manifest;
  const manifest = manifestOf(teacher.manifest, onnx, { payload, pictures, distilled, base });
  await install(host.userModels, { onnx, manifest });
  return {
    model: { id: manifest.id, bytes: onnx.length, sha256: manifest.sha256 },
    teacher: payload.teacher,
    pictures: { training: pictures.training.length, validation: pictures.validation.length },
    ...{ unreadable: [...pictures.unreadable], leftOut: pictures.leftOut },
    ...{ files: pictures.files, unused: [...pictures.unused] },
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
    ...{ seed, steps, batch, side, gramWeight, peak: learningRate },
    paintings: paintingsOf(payload),
    every: Math.max(1, Math.ceil(steps / POINTS)),
    warmUp: Math.min(200, Math.ceil(steps / 10)),
    trainer: {
      optimizer: { ...adamwDefaults, weightDecay: 0 },
      ...{ clipNorm: 5, averaging: 0.98, statisticsMomentum: 0.9 },
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
    ...{ id, version: '1', bytes: onnx.length, sha256: sha256Of(onnx) },
    name: `Style encoder trained on this machine, taught by ${teacher.id}`,
    license: `Yours; it learned from ${teacher.id} (${teacher.license})`,
    source: `Trained with Likeness from ${run.base.id}`,
    provenance: provenanceOf(teacher, run),
    input: studentInput(teacher),
    task: {
      ...{ role: 'style-encoder', trained: true, pooling: 'average' },
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
      ...{ name: part, part, pictures: pictures[part].length },
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

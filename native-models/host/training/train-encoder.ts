import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { CommandOutput } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { install } from '../../catalog/model-files.ts';
import type { Graph } from '../../graph/graph.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { operators } from '../../ops/registry.ts';
import { graphOf } from '../../runtime/runtime.ts';
import type { EncoderInput } from '../../training/chips/encode-examples.ts';
import { CHIP_SIDE } from '../../training/chips/face-chip.ts';
import { distil, type Distilled } from '../../training/distillation/distil.ts';
import { inFullPrecision, inHalfPrecision } from '../../training/half-precision.ts';
import type { HostContext } from '../context.ts';
import type { RequestContext } from '../handler.ts';
import { loadModels, openNetwork } from '../load-recognition.ts';
import { manifestOfTrained } from './encoder-manifest.ts';
import { inputOf, loadEncoder, refuseTakenName, type Encoder } from './encoders.ts';
import { gatherExamples, type Gathered } from './gather-examples.ts';
import { measureApart } from './measure-apart.ts';
import { split, type Parts } from './parts.ts';
import { distillationSettings, progressOf, type EncoderPayload } from './training-settings.ts';

/** Gathers faces, teaches the student, measures it on people apart, and puts it into the catalog. */
export async function trainEncoder(
  host: HostContext,
  payload: EncoderPayload,
  request: RequestContext,
): Promise<CommandOutput<'training.encoder'>> {
  const began = performance.now();
  const base = await loadEncoder(host, payload.from);
  refuseUnlessTeachable(base.manifest);
  await refuseTakenName(host, payload.id);
  await mkdir(payload.work, { recursive: true });
  const teacher = await loadEncoder(host, payload.teacher);
  const gathered = await gather(host, payload, teacher, request);
  try {
    const parts = split(gathered.examples, payload);
    const input = inputOf(base.manifest);
    const encoder = inFullPrecision(graphOf(base.bytes, operators));
    const distilled = await teach(host, payload, { encoder, input, parts }, request);
    const onnx = writeOnnx(inHalfPrecision(distilled.graph));
    const student = inFullPrecision(graphOf(onnx, operators));
    const apart = parts.test.length > 0 ? parts.test : parts.validation;
    const measured = await measureApart(host.runtime, { encoder, student, input }, apart);
    const models = { base: base.manifest, teacher: teacher.manifest };
    const manifest = manifestOfTrained(models, onnx, { payload, parts, distilled, measured });
    await install(host.userModels, { onnx, manifest });
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
  { catalog, runtime }: HostContext,
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
  { runtime }: HostContext,
  payload: EncoderPayload,
  learner: { readonly encoder: Graph; readonly input: EncoderInput; readonly parts: Parts },
  { signal, report }: RequestContext,
): Promise<Distilled> {
  const { encoder, input, parts } = learner;
  return distil({
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

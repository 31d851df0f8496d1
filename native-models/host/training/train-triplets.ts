import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { CommandOutput } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { Measured as Told } from '../../../contract/training-commands.ts';
import { install } from '../../catalog/model-files.ts';
import type { Graph } from '../../graph/graph.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { operators } from '../../ops/registry.ts';
import { graphOf } from '../../runtime/runtime.ts';
import { CHIP_SIDE } from '../../training/chips/face-chip.ts';
import { compactDefaults, compactEncoder } from '../../training/encoders/compact-encoder.ts';
import { inFullPrecision, inHalfPrecision } from '../../training/half-precision.ts';
import {
  measureEncoder,
  type Measured,
  type MeasuredEncoder,
} from '../../training/triplets/measure.ts';
import type { TripletResult } from '../../training/triplets/task.ts';
import { trainWithTriplets } from '../../training/triplets/train.ts';
import type { HostContext } from '../context.ts';
import type { RequestContext } from '../handler.ts';
import { loadModels } from '../load-recognition.ts';
import { inputOf, loadEncoder, refuseTakenName, type Encoder } from './encoders.ts';
import { gatherExamples, type Gathered } from './gather-examples.ts';
import { split } from './parts.ts';
import { sortOutSamePhotos } from './same-photos.ts';
import { manifestOfTriplets } from './triplet-manifest.ts';
import { tripletProgress, tripletSettings, type TripletPayload } from './triplet-settings.ts';

type Outcome = CommandOutput<'training.triplets'>;

interface Beginning {
  readonly graph: Graph;
  readonly manifest: Encoder;
}

/**
 * Gathers faces, trains with triplets, measures before and after on people apart, and puts the
 * encoder into the catalog beside the others.
 */
export async function trainTriplets(
  host: HostContext,
  payload: TripletPayload,
  request: RequestContext,
): Promise<Outcome> {
  const began = performance.now();
  await refuseTakenName(host, payload.id);
  const base = await beginning(host, payload);
  await mkdir(payload.work, { recursive: true });
  const gathered = await gather(host, payload, request);
  try {
    const { examples, contradictory, repeated } = await sortOutSamePhotos(gathered.examples);
    const labeled = examples.filter(({ person }) => person !== null);
    const parts = split(labeled, payload);
    const settings = tripletSettings(payload);
    const input = inputOf(base.manifest);
    const measure = (graph: Graph) =>
      measureEncoder(host.runtime, { graph, input }, parts.test, settings);
    const trained = await trainWithTriplets({
      ...{ runtime: host.runtime, encoder: base.graph, input, settings },
      ...{ training: parts.training, validation: parts.validation },
      checkpoint: path.join(payload.work, `${payload.id}.checkpoint`),
      signal: request.signal,
      report: (progress) => request.report(tripletProgress(progress)),
    });
    request.report({ stage: 'Measuring on people apart', done: 0 });
    const onnx = writeOnnx(inHalfPrecision(trained.graph));
    const before = await measure(base.graph);
    const after = await measure(inFullPrecision(graphOf(onnx, operators)));
    const run = { payload, parts, trained, before, after };
    const manifest = manifestOfTriplets(base.manifest, onnx, run);
    await install(host.userModels, { onnx, manifest });
    const { training, validation, test } = parts;
    return {
      model: { id: manifest.id, bytes: onnx.length, sha256: manifest.sha256 },
      startedFrom: base.manifest.id,
      ...{ photos: gathered.photos, withoutFace: gathered.withoutFace },
      ...{ files: gathered.files, unused: [...gathered.unused] },
      ...{ contradictory: [...contradictory], repeated: [...repeated] },
      faces: { training: training.length, validation: validation.length, test: test.length },
      camera: payload.camera,
      ...summaryOf(trained),
      test: { before: told(before), after: told(after) },
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await gathered.close();
  }
}

async function beginning(host: HostContext, { start, seed }: TripletPayload): Promise<Beginning> {
  if (start.kind === 'architecture')
    return { graph: compactEncoder({ ...compactDefaults, seed }), manifest: compactManifest };
  const { manifest, bytes } = await loadEncoder(host, start.id);
  const { input, task } = manifest;
  const graph = inFullPrecision(graphOf(bytes, operators));
  if (task.alignment === 'dlib-68' && input.layout === 'NCHW' && input.width <= CHIP_SIDE)
    return { graph, manifest };
  throw new LikenessError(
    'training_impossible',
    `A training cannot begin with ${manifest.id}: its faces are not cut by dlib's template. Begin ` +
      'with encoder-likeness.',
    { details: { model: manifest.id } },
  );
}

/** What random weights are fed and taken for; decisions come from what is measured apart. */
const compactManifest: Encoder = {
  ...{ id: 'compact', name: 'Compact encoder', version: '1', bytes: 1, sha256: '0'.repeat(64) },
  ...{ license: 'Yours', source: 'Random weights' },
  input: {
    ...{ name: 'image', layout: 'NCHW', channels: 'RGB', dynamicBatch: true },
    ...{ width: compactDefaults.side, height: compactDefaults.side },
    ...{ mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] },
  },
  task: {
    ...{ role: 'encoder', output: 'encoding', dimension: compactDefaults.dimension },
    ...{ alignment: 'dlib-68', metric: 'cosine', mirror: true },
    thresholds: { verification: 0.6, identification: 0.5 },
    probability: { midpoint: 0.6, slope: 10 },
  },
};

async function gather(
  { catalog, runtime }: HostContext,
  { images, work }: TripletPayload,
  { signal, report }: RequestContext,
): Promise<Gathered> {
  return gatherExamples({
    models: await loadModels(catalog, runtime),
    teacher: null,
    roots: images,
    folder: work,
    signal,
    report: (done, total) => report({ stage: 'Finding faces', done, total }),
  });
}

function summaryOf({ curve, ...trained }: TripletResult) {
  const { parameters, negativesOnly, best } = trained;
  return {
    ...{ parameters, negativesOnly, best, trained: trained.trained },
    curve: curve.map(({ validation, probes, ...epoch }) => ({
      ...epoch,
      validation: plain(validation),
      probes: plain(probes),
    })),
  };
}

const told = ({ clean, probes }: MeasuredEncoder) => ({
  clean: plain(clean),
  probes: plain(probes),
});

const plain = (measured: Measured | null): Told | null =>
  measured && { ...measured, tar: [...measured.tar] };

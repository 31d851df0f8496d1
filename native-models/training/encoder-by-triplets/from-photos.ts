import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { CommandPayload, CommandOutput } from '../../../contract/commands.ts';
import type { Progress } from '../../../contract/values.ts';
import { mildAugmentation } from '../augmentation.ts';
import { adamwDefaults } from '../optimizers.ts';
import {
  measureEncoder,
  type TripletSettings,
  type TripletProgress,
  type MeasuredEncoder,
  type TripletResult,
  type Measured,
} from './task.ts';
import { sha256Of } from '../../../foundation/hash.ts';
import type { Provenance } from '../../../contract/manifest.ts';
import {
  decisionsOf,
  inputOf,
  loadEncoder,
  refuseTakenName,
  split,
  type Encoder,
  type Parts,
} from '../models.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { Measured as Told } from '../../../contract/training.ts';
import { install } from '../../catalog/model-files.ts';
import type { Graph } from '../../graph/graph.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { operators } from '../../ops/registry.ts';
import { graphOf } from '../../runtime/runtime.ts';
import { CHIP_SIDE } from '../chips.ts';
import { compactDefaults, compactEncoder } from './compact-encoder.ts';
import { inFullPrecision, inHalfPrecision } from '../../catalog/half-precision.ts';
import { trainWithTriplets } from './train.ts';
import type { Engine } from '../../catalog/engine.ts';
import type { RequestContext } from '../../../contract/rpc.ts';
import { loadModels } from '../../faces/open-models.ts';
import { gatherExamples, sortOutSamePhotos, type Gathered } from '../photos.ts';

type TripletPayload = CommandPayload<'training.triplets'>;

/** What a command leaves open, filled in: a model is changed gently, random weights boldly. */
function tripletSettings(payload: TripletPayload): TripletSettings {
  const { seed, mining, margin, freeze, views, camera, patience } = payload;
  const fresh = payload.start.kind === 'architecture';
  const { epochs, pull, blend, learningRate, people, photos, singles } = payload;
  return {
    seed,
    mining,
    margin,
    freeze,
    views,
    camera,
    patience,
    epochs: epochs ?? (fresh ? 30 : 3),
    shape: { people, photos, singles },
    pull: pull ?? (fresh ? 0 : 8),
    blend: blend ?? (fresh ? 1 : 0.5),
    augmentation: mildAugmentation,
    peak: learningRate ?? (fresh ? 0.002 : 0.3),
    warmUp: 50,
    trainer: {
      // Networks without normalization: one rate for all layers would destroy some of them.
      optimizer: { ...adamwDefaults, relative: !fresh },
      clipNorm: fresh ? 5 : 1,
      averaging: 0.98,
      statisticsMomentum: 0.9,
    },
  };
}

function tripletProgress(progress: TripletProgress): Progress {
  if (progress.stage === 'views')
    return { stage: 'Looking through frozen layers', done: progress.done, total: progress.total };
  const { step, steps, epoch, loss, active, secondsLeft } = progress;
  const share = `${(100 * active).toFixed(0)} % of triplets active`;
  const note = `epoch ${epoch}, loss ${loss.toFixed(4)}, ${share}, ${Math.ceil(secondsLeft / 60)} min left`;
  return { stage: `Training: ${note}`, done: step, total: steps };
}

interface Run {
  readonly payload: TripletPayload;
  readonly parts: Parts;
  readonly trained: TripletResult;
  readonly before: MeasuredEncoder;
  readonly after: MeasuredEncoder;
}

/** The manifest of an encoder that was trained with triplets; decisions as measured apart. */
function manifestOfTriplets(base: Encoder, onnx: Uint8Array, run: Run): Encoder {
  const { payload, trained, after } = run;
  const model = payload.start.kind === 'model';
  return {
    id: payload.id,
    version: '1',
    bytes: onnx.length,
    sha256: sha256Of(onnx),
    name: 'Face encoder trained on this machine with triplets',
    license: model ? `Yours; it began with ${base.id} (${base.license})` : 'Yours',
    source: `Trained with Likeness from ${model ? base.id : 'random weights'}`,
    provenance: provenanceOf(run),
    input: base.input,
    task: {
      ...base.task,
      output: trained.graph.outputs[0]!.name,
      metric: 'cosine',
      mirror: true,
      ...decisionsOf(after.comparisons),
    },
  };
}

function provenanceOf({ payload, parts, trained, before, after }: Run): Provenance {
  const { start, seed } = payload;
  const { epochs, shape, mining, margin, pull, blend, peak, views, camera } =
    tripletSettings(payload);
  return {
    command: commandOf(payload),
    seed,
    startedFrom: start.kind === 'model' ? start.id : null,
    teacher: null,
    data: (['training', 'validation', 'test'] as const).map((part) => ({
      name: part,
      part,
      faces: parts[part].length,
      people: new Set(parts[part].map(({ person }) => person)).size,
    })),
    settings: {
      epochs,
      ...shape,
      mining,
      margin,
      pull,
      blend,
      learningRate: peak,
      views,
      camera,
      bestEpoch: trained.best,
      trainedParameters: trained.trained,
    },
    metrics: { ...metricsOf('before', before), ...metricsOf('after', after) },
  };
}

function commandOf({ start, images, ...payload }: TripletPayload): string {
  const roots = images.map((root) => root.split(/[\\/]/u).at(-1)).join(' ');
  const from = start.kind === 'model' ? `--from ${start.id}` : `--architecture ${start.name}`;
  const { id, seed, epochs, people, photos, singles, mining, margin, freeze } = payload;
  const { views, camera, pull, blend, learningRate, validation, test } = payload;
  const options = {
    id,
    seed,
    epochs,
    people,
    photos,
    singles,
    mining,
    margin,
    views,
    camera,
    pull,
    blend,
    'learning-rate': learningRate,
    validation,
    test,
  };
  const words = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  const frozen = freeze.length > 0 ? [`--freeze ${freeze.join(' ')}`] : [];
  return ['likeness train encoder', from, `--images ${roots}`, ...words, ...frozen].join(' ');
}

function metricsOf(when: string, { clean, probes }: MeasuredEncoder): Record<string, number> {
  const entries = Object.entries({ clean, probes }).flatMap(([of, measured]) =>
    measured === null
      ? []
      : [
          [`${when}, ${of}: EER`, measured.eer] as const,
          [`${when}, ${of}: accuracy`, measured.accuracy] as const,
          ...measured.tar.map(
            ({ far, tar }) => [`${when}, ${of}: TAR at FAR ${far}`, tar] as const,
          ),
        ],
  );
  return Object.fromEntries(entries);
}

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
  engine: Engine,
  payload: TripletPayload,
  request: RequestContext,
): Promise<Outcome> {
  const began = performance.now();
  await refuseTakenName(engine, payload.id);
  const base = await beginning(engine, payload);
  await mkdir(payload.work, { recursive: true });
  const gathered = await gather(engine, payload, request);
  try {
    const { examples, contradictory, repeated } = await sortOutSamePhotos(gathered.examples);
    const labeled = examples.filter(({ person }) => person !== null);
    const parts = split(labeled, payload);
    const settings = tripletSettings(payload);
    const input = inputOf(base.manifest);
    const measure = (graph: Graph) =>
      measureEncoder(engine.runtime, { graph, input }, parts.test, settings);
    const trained = await trainWithTriplets({
      runtime: engine.runtime,
      encoder: base.graph,
      input,
      settings,
      training: parts.training,
      validation: parts.validation,
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
    await install(engine.userModels, { onnx, manifest });
    const { training, validation, test } = parts;
    return {
      model: { id: manifest.id, bytes: onnx.length, sha256: manifest.sha256 },
      startedFrom: base.manifest.id,
      photos: gathered.photos,
      withoutFace: gathered.withoutFace,
      files: gathered.files,
      unused: [...gathered.unused],
      contradictory: [...contradictory],
      repeated: [...repeated],
      faces: { training: training.length, validation: validation.length, test: test.length },
      camera: payload.camera,
      ...summaryOf(trained),
      test: { before: ratesOf(before), after: ratesOf(after) },
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await gathered.close();
  }
}

async function beginning(engine: Engine, { start, seed }: TripletPayload): Promise<Beginning> {
  if (start.kind === 'architecture')
    return { graph: compactEncoder({ ...compactDefaults, seed }), manifest: compactManifest };
  const { manifest, bytes } = await loadEncoder(engine, start.id);
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
  id: 'compact',
  name: 'Compact encoder',
  version: '1',
  bytes: 1,
  sha256: '0'.repeat(64),
  license: 'Yours',
  source: 'Random weights',
  input: {
    name: 'image',
    layout: 'NCHW',
    channels: 'RGB',
    dynamicBatch: true,
    width: compactDefaults.side,
    height: compactDefaults.side,
    mean: [127.5, 127.5, 127.5],
    std: [127.5, 127.5, 127.5],
  },
  task: {
    role: 'encoder',
    output: 'encoding',
    dimension: compactDefaults.dimension,
    alignment: 'dlib-68',
    metric: 'cosine',
    mirror: true,
    thresholds: { verification: 0.6, identification: 0.5 },
    probability: { midpoint: 0.6, slope: 10 },
  },
};

async function gather(
  { catalog, runtime }: Engine,
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
    parameters,
    negativesOnly,
    best,
    trained: trained.trained,
    curve: curve.map(({ validation, probes, ...epoch }) => ({
      ...epoch,
      validation: plain(validation),
      probes: plain(probes),
    })),
  };
}

const ratesOf = ({ clean, probes }: MeasuredEncoder) => ({
  clean: plain(clean),
  probes: plain(probes),
});

const plain = (measured: Measured | null): Told | null =>
  measured && { ...measured, tar: [...measured.tar] };

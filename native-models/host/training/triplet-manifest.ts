import { sha256Of } from '../../../foundation/hash.ts';
import type { Provenance } from '../../../contract/manifest.ts';
import type { MeasuredEncoder } from '../../training/triplets/measure.ts';
import type { TripletResult } from '../../training/triplets/task.ts';
import { decisionsOf } from './decisions.ts';
import type { Encoder } from './encoders.ts';
import type { Parts } from './parts.ts';
import { tripletSettings, type TripletPayload } from './triplet-settings.ts';

interface Run {
  readonly payload: TripletPayload;
  readonly parts: Parts;
  readonly trained: TripletResult;
  readonly before: MeasuredEncoder;
  readonly after: MeasuredEncoder;
}

/** The manifest of an encoder that was trained with triplets; decisions as measured apart. */
export function manifestOfTriplets(base: Encoder, onnx: Uint8Array, run: Run): Encoder {
  const { payload, trained, after } = run;
  const model = payload.start.kind === 'model';
  return {
    ...{ id: payload.id, version: '1', bytes: onnx.length, sha256: sha256Of(onnx) },
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
      ...{ name: part, part, faces: parts[part].length },
      people: new Set(parts[part].map(({ person }) => person)).size,
    })),
    settings: {
      ...{ epochs, ...shape, mining, margin, pull, blend, learningRate: peak, views, camera },
      ...{ bestEpoch: trained.best, trainedParameters: trained.trained },
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
    ...{ id, seed, epochs, people, photos, singles, mining, margin, views, camera, pull, blend },
    ...{ 'learning-rate': learningRate, validation, test },
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

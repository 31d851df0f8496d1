import { sha256Of } from '../../../foundation/hash.ts';
import type { Provenance } from '../../../contract/manifest.ts';
import type { Distilled } from '../../training/distillation/distil.ts';
import { decisionsOf } from './decisions.ts';
import type { Encoder } from './encoders.ts';
import type { MeasuredApart } from './measure-apart.ts';
import type { Parts } from './parts.ts';
import type { EncoderPayload } from './training-settings.ts';

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
export function manifestOfTrained(
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

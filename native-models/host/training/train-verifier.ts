import { setImmediate as turn } from 'node:timers/promises';
import type { CommandOutput, CommandPayload } from '../../../contract/commands.ts';
import type { Reliability } from '../../../contract/verifier-commands.ts';
import { installVerifier, type VerifierFile } from '../../catalog/verifiers.ts';
import type { Reliability as Measured } from '../../evaluation/verifier/reliability.ts';
import { probabilityOfLogOdds } from '../../evaluation/verifier/verifier.ts';
import { throwIfCancelled } from '../../faces/cancel.ts';
import { createFacePipeline, type FacePipeline } from '../../faces/pipeline.ts';
import {
  trainVerifier as train,
  type TrainedVerifier,
  type VerifierPart,
} from '../../training/verifier/train-verifier.ts';
import type { HostContext } from '../context.ts';
import type { RequestContext } from '../handler.ts';
import { loadModels, openNetwork } from '../load-recognition.ts';
import { encodePeople, type EncodedPeople } from './encode-people.ts';
import { loadEncoder } from './encoders.ts';
import { splitPeople, type SplitPeople } from './split-people.ts';

type Payload = CommandPayload<'training.verifier'>;

/** Encodes photos of known people, learns from them, and keeps what it has learned. */
export async function trainVerifier(
  host: HostContext,
  payload: Payload,
  { signal, report }: RequestContext,
): Promise<CommandOutput<'training.verifier'>> {
  const began = performance.now();
  const pipeline = await pipelineOf(host, payload.model);
  const encoded = await encodePeople(pipeline, payload.images, { signal, report });
  const people = splitPeople(encoded.photos, payload);
  const trained = await learn(pipeline, people, payload.seed, { signal, report });
  const file = fileOf(pipeline, payload, people, trained);
  return {
    encoder: pipeline.encoder.id,
    file: await installVerifier(host.userModels, file),
    ...countsOf(encoded),
    single: people.single,
    parts: partsOf(people, trained),
    candidates: trained.candidates.map((candidate) => ({
      ...candidate,
      chosen: candidate === trained.chosen,
    })),
    prior: file.prior,
    test: mutable(trained.test),
    thresholdAccuracy: trained.thresholdAccuracy,
    bestThresholdAccuracy: trained.bestThresholdAccuracy,
    before: mutable(trained.before),
    seconds: (performance.now() - began) / 1000,
    warnings: encoded.warnings,
  };
}

async function pipelineOf(host: HostContext, model: string | undefined): Promise<FacePipeline> {
  if (model === undefined) return host.faces();
  const encoder = await openNetwork(host.runtime, await loadEncoder(host, model));
  return createFacePipeline({ ...(await loadModels(host.catalog, host.runtime)), encoder });
}

async function learn(
  { encoder }: FacePipeline,
  people: SplitPeople,
  seed: number,
  { signal, report }: RequestContext,
): Promise<TrainedVerifier> {
  const { slope, midpoint } = encoder.task.probability;
  const before = (distance: number) => probabilityOfLogOdds(slope * (midpoint - distance));
  const steps = train(people.parts, seed, before);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    report({ stage: 'Learning', ...step.value });
    await turn();
    throwIfCancelled(signal);
  }
}

function fileOf(
  { encoder }: FacePipeline,
  payload: Payload,
  people: SplitPeople,
  trained: TrainedVerifier,
): VerifierFile {
  const { id, version, sha256 } = encoder;
  const { seed, images, validation, calibration, test } = payload;
  const { ece, brier, accuracy } = trained.test;
  const { thresholdAccuracy, bestThresholdAccuracy, chosen, verifier } = trained;
  return {
    encoder: { id, version, sha256 },
    prior: 0.5,
    ...verifier,
    weights: verifier.weights.map(rounded),
    provenance: {
      command:
        `likeness train verifier --images ${images.split(/[\\/]/u).at(-1)} --model ${id} ` +
        `--seed ${seed} --validation ${validation} --calibration ${calibration} --test ${test}`,
      seed,
      penalty: chosen.penalty,
      parts: partsOf(people, trained),
      test: { ece, brier, accuracy, thresholdAccuracy, bestThresholdAccuracy },
    },
  };
}

/** More digits say nothing and make the file long. */
const rounded = (value: number): number => Number(value.toPrecision(8));

const countsOf = ({
  looked,
  withoutFace,
  copies,
  contradictions,
  files,
  unused,
}: EncodedPeople) => ({
  files,
  unused: [...unused],
  photos: looked,
  withoutFace,
  copies,
  contradictions: contradictions.map((names) => [...names]),
});

function partsOf(
  { parts }: SplitPeople,
  { pairs }: TrainedVerifier,
): CommandOutput<'training.verifier'>['parts'] {
  const part = (name: VerifierPart) => ({
    people: new Set(parts[name].map(({ person }) => person)).size,
    photos: parts[name].length,
    ...pairs[name],
  });
  return {
    training: part('training'),
    validation: part('validation'),
    calibration: part('calibration'),
    test: part('test'),
  };
}

const mutable = ({ bins, ...measured }: Measured): Reliability => ({
  ...measured,
  bins: bins.map((bin) => ({ ...bin })),
});

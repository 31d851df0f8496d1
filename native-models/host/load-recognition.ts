import type { Catalog } from '../catalog/catalog.ts';
import { LikenessError } from '../../app/contract/errors.ts';
import type { ManifestOf, ModelManifest, ModelRole } from '../catalog/manifest.ts';
import type { Network, NetworkOutputs, NetworkSession } from '../faces/network.ts';
import { createFacePipeline, type FacePipeline } from '../faces/pipeline.ts';
import { float32 } from '../graph/tensor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Session } from '../runtime/session.ts';
import type { NamedTensors } from '../runtime/tensor.ts';
import { retryable } from './retryable.ts';

/** Opens all that every photo needs, side by side. */
export async function loadRecognition(catalog: Catalog, runtime: Runtime): Promise<FacePipeline> {
  const network = async <R extends ModelRole>(role: R): Promise<Network<R>> =>
    networkOf<R>(runtime, await catalog.loadActive(role));
  const [first, second, landmarks, encoder] = await Promise.all([
    network('detector'),
    secondDetector(catalog, runtime),
    network('landmarks'),
    network('encoder'),
  ]);
  return createFacePipeline({ detectors: { first, second }, landmarks, encoder });
}

/**
 * The accurate detector looks again after the small one; any other choice stands alone. It is
 * opened at the first photo that needs it: most need only the small one.
 */
async function secondDetector(
  catalog: Catalog,
  runtime: Runtime,
): Promise<(() => Promise<Network<'detector'>>) | null> {
  if ((await catalog.activeId('detector')) !== 'detector-tiny') return null;
  return retryable(() => openAccurateDetector(catalog, runtime));
}

async function openAccurateDetector(
  catalog: Catalog,
  runtime: Runtime,
): Promise<Network<'detector'>> {
  const { manifest, bytes } = await catalog.load('detector-ssd');
  if (!isDetector(manifest))
    throw new LikenessError('model_incompatible', `${manifest.id} is no detector.`);
  return networkOf(runtime, { manifest, bytes });
}

const isDetector = (manifest: ModelManifest): manifest is ManifestOf<'detector'> =>
  manifest.task.role === 'detector';

interface Loaded<R extends ModelRole> {
  readonly manifest: ManifestOf<R>;
  readonly bytes: Uint8Array;
}

async function networkOf<R extends ModelRole>(
  runtime: Runtime,
  { manifest, bytes }: Loaded<R>,
): Promise<Network<R>> {
  return { manifest, session: floatSession(await runtime.open({ bytes, name: manifest.id })) };
}

/** Faces are found and encoded in float32 throughout. */
function floatSession(session: Session): NetworkSession {
  return {
    run: async (inputs) => {
      const tensors = Object.entries(inputs).map(
        ([name, { dims, data }]) => [name, float32(dims, data)] as const,
      );
      return floatOutputs(await session.run(Object.fromEntries(tensors)));
    },
  };
}

function floatOutputs(outputs: NamedTensors): NetworkOutputs {
  const floats = Object.entries(outputs).flatMap(([name, tensor]) =>
    tensor.type === 'float32' ? [[name, { dims: tensor.shape, data: tensor.data }] as const] : [],
  );
  return Object.fromEntries(floats);
}

import { LikenessError } from '../../../contract/errors.ts';
import type { ManifestOf } from '../../../contract/manifest.ts';
import type { EncoderInput } from '../../training/chips/encode-examples.ts';
import type { HostContext } from '../context.ts';

export type Encoder = ManifestOf<'encoder'>;

/** Throws `invalid_input` where the model has another role, and what the catalog throws. */
export async function loadEncoder(
  { catalog }: HostContext,
  id: string,
): Promise<{ readonly manifest: Encoder; readonly bytes: Uint8Array }> {
  const { manifest, bytes } = await catalog.load(id);
  if (manifest.task.role === 'encoder') return { manifest: manifest as Encoder, bytes };
  throw new LikenessError(
    'invalid_input',
    `The model ${id} is of the role ${manifest.task.role}; an encoder of faces is needed here.`,
    { details: { model: id, role: manifest.task.role } },
  );
}

/** A new model never replaces one that people may be enrolled with. */
export async function refuseTakenName({ catalog }: HostContext, id: string): Promise<void> {
  const taken = (await catalog.list()).some((model) => model.id === id);
  if (!taken) return;
  throw new LikenessError(
    'invalid_input',
    `There is a model ${id} already. Give the new one another name with --id.`,
    { details: { fields: [{ field: 'id', message: 'is taken' }] } },
  );
}

export const inputOf = ({ input }: Encoder): EncoderInput => ({ ...input, side: input.width });

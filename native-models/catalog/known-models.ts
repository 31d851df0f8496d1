import type { ModelRole } from '../../contract/manifest.ts';

interface KnownModel {
  readonly id: string;
  readonly role: ModelRole;
  /** `built`: made by the build from weights of a package; `trained`: here, and committed. */
  readonly from: 'built' | 'trained' | 'download';
  /** Of a detector: who looks again where it finds nothing, and who follows videos. */
  readonly helpers?: { readonly second: string; readonly video: string };
}

/**
 * Every model that Likeness knows by name: what the build makes, what can be fetched, and, of each
 * role the best first, what is used unless another is chosen.
 */
export const knownModels: readonly KnownModel[] = [
  {
    id: 'detector-ssd',
    role: 'detector',
    from: 'built',
    helpers: { second: 'detector-tiny', video: 'detector-tiny' },
  },
  { id: 'yunet', role: 'detector', from: 'download' },
  {
    id: 'detector-tiny',
    role: 'detector',
    from: 'built',
    helpers: { second: 'detector-ssd', video: 'detector-tiny' },
  },
  { id: 'landmarks-68', role: 'landmarks', from: 'built' },
  { id: 'mobilefacenet', role: 'encoder', from: 'download' },
  { id: 'encoder-likeness', role: 'encoder', from: 'trained' },
  { id: 'encoder-resnet29', role: 'encoder', from: 'built' },
  { id: 'style-likeness', role: 'style-encoder', from: 'trained' },
  { id: 'vgg19', role: 'style-encoder', from: 'download' },
  { id: 'filter-bank', role: 'style-encoder', from: 'built' },
];

/** What the build writes, so that a file that is gone is noticed. */
export const builtInRoles: ReadonlyMap<string, ModelRole> = new Map(
  knownModels.filter(({ from }) => from !== 'download').map(({ id, role }) => [id, role]),
);

/** Trained here: file and manifest lie beside each other in the repository. */
export const trainedIds: readonly string[] = knownModels
  .filter(({ from }) => from === 'trained')
  .map(({ id }) => id);

/** Ids of a role, the best first: the first that is on this machine is used. */
export const recommendedIds = (role: ModelRole): readonly string[] =>
  knownModels.filter((model) => model.role === role).map(({ id }) => id);

/** Who completes a detector; null where it stands alone. */
export const helpersOf = (detector: string): NonNullable<KnownModel['helpers']> | null =>
  knownModels.find(({ id }) => id === detector)?.helpers ?? null;

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { builtInNetworks } from './build.ts';
import { knownDownloads } from './downloads.ts';
import { builtInRoles, helpersOf, knownModels, trainedIds } from './known-models.ts';
import { ModelManifest } from '../../contract/manifest.ts';

const trainedManifest = (id: string) =>
  ModelManifest.parse(
    JSON.parse(readFileSync(path.join(import.meta.dirname, 'trained', `${id}.json`), 'utf8')),
  );

test('the built-in models that are missed are the ones that the build makes', () => {
  const made = builtInNetworks().map(({ manifest }) => [manifest.id, manifest.task.role]);
  const trained = trainedIds.map((id) => [id, trainedManifest(id).task.role]);
  expect(Object.fromEntries(builtInRoles)).toEqual(Object.fromEntries([...made, ...trained]));
});

test('the downloads that are known are the ones that can be fetched', () => {
  const fetched = knownModels.filter(({ from }) => from === 'download');
  expect(fetched.map(({ id, role }) => [id, role])).toEqual(
    knownDownloads.map(({ id, role }) => [id, role]),
  );
});

test('every role has a built-in model to fall back on, and it comes last', () => {
  const last = Map.groupBy(knownModels, ({ role }) => role);
  for (const models of last.values()) expect(builtInRoles.has(models.at(-1)!.id)).toBe(true);
});

test('those who complete a detector are detectors; a foreign one stands alone', () => {
  const detectors = knownModels
    .filter(({ role, from }) => role === 'detector' && from !== 'download')
    .map(({ id }) => id);
  for (const id of detectors) {
    const { second, video } = helpersOf(id)!;
    expect(second).not.toBe(id);
    expect(detectors).toEqual(expect.arrayContaining([second, video]));
  }
  expect(helpersOf('yunet')).toBeNull();
});

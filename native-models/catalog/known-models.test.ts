import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { builtInNetworks, trainedIds } from './build.ts';
import { builtInRoles, knownDownloads, recommended } from './downloads.ts';
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

test('what is recommended for a role exists and has that role', () => {
  const roles = new Map([
    ...builtInRoles,
    ...knownDownloads.map(({ id, role }) => [id, role] as const),
  ]);
  for (const [role, ids] of Object.entries(recommended))
    expect(ids.map((id) => roles.get(id))).toEqual(ids.map(() => role));
});

test('every role has a built-in model to fall back on', () => {
  for (const ids of Object.values(recommended)) expect(builtInRoles.has(ids.at(-1)!)).toBe(true);
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const read = (name: string) => readFileSync(path.join(import.meta.dirname, '..', name), 'utf8');

type Versions = Readonly<Record<string, string>>;
const manifest = JSON.parse(read('package.json')) as {
  dependencies: Versions;
  devDependencies: Versions;
};
const lock = JSON.parse(read('package-lock.json')) as {
  packages: Readonly<Record<string, { version: string; dev?: boolean; devOptional?: boolean }>>;
};

/** The platforms of sharp and libvips share a line. */
const groupOf = (name: string) => name.replace(/^(@img\/sharp(-libvips)?-).*/, '$1*');

test('docs/dependencies.md gives the reason and the version of every dependency', () => {
  const rows = read('docs/dependencies.md').split('\n');
  const missing = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([name, version]) => !rows.some((row) => row.includes(`\`${name}\``) && row.includes(version)),
  );
  expect(missing).toEqual([]);
});

test('THIRD_PARTY_NOTICES.md names every library that is shipped, in its version', () => {
  const rows = read('THIRD_PARTY_NOTICES.md').split('\n');
  const shipped = Object.entries(lock.packages).filter(
    ([folder, { dev, devOptional }]) => folder !== '' && !dev && !devOptional,
  );
  const missing = shipped
    .map(([folder, { version }]) => [groupOf(folder.replace(/^.*node_modules\//, '')), version])
    .filter(
      ([name, version]) =>
        !rows.some((row) => row.includes(`\`${name}\``) && row.includes(version!)),
    );
  expect(shipped.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});

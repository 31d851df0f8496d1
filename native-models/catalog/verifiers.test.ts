import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ModelManifest, type ManifestOf } from '../../contract/manifest.ts';
import { builtInVerifiers, findVerifier, installVerifier } from './verifiers.ts';

let folder: string;
let encoder: ManifestOf<'encoder'>;
const [shipped] = builtInVerifiers();

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-verifiers-'));
  const file = path.join(import.meta.dirname, 'trained/encoder-likeness.json');
  const manifest = ModelManifest.parse(JSON.parse(await readFile(file, 'utf8')));
  encoder = manifest as ManifestOf<'encoder'>;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the verifier that ships belongs to the encoder that ships', async () => {
  // After training another encoder: `likeness train verifier --images lfw-dev --model encoder-likeness`.
  expect(await findVerifier(folder, encoder)).toEqual({ verifier: shipped, warnings: [] });
  expect(shipped!.provenance.test.ece).toBeLessThan(0.02);
});

test("the user's own comes first, and is not used for other weights", async () => {
  const own = { ...shipped!, bias: 1.5 };
  await installVerifier(folder, own);
  expect(await findVerifier(folder, encoder)).toEqual({ verifier: own, warnings: [] });
  expect(await readdir(path.join(folder, 'verifiers'))).toEqual(['encoder-likeness.json']);

  const other = { ...encoder, sha256: '0'.repeat(64) };
  const found = await findVerifier(folder, other);
  expect(found.verifier).toBeNull();
  expect(found.warnings).toEqual([expect.stringContaining('was made for another')]);
});

test('a damaged one is reported, and the one that ships is used', async () => {
  await installVerifier(folder, shipped!);
  await writeFile(path.join(folder, 'verifiers', 'encoder-likeness.json'), '{"weights": 1}');
  const { verifier, warnings } = await findVerifier(folder, encoder);
  expect(verifier).toEqual(shipped);
  expect(warnings).toEqual([expect.stringContaining('cannot be understood')]);
});

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'where nothing can be written, nothing is left half-written',
  async () => {
    await chmod(folder, 0o500);
    await expect(installVerifier(folder, shipped!)).rejects.toMatchObject({
      code: 'file_unreadable',
    });
    expect(await readdir(folder)).toEqual([]);
  },
);

test('a file where the folder should be is refused with its path', async () => {
  await writeFile(path.join(folder, 'verifiers'), '');
  const refused = installVerifier(folder, shipped!);
  await expect(refused).rejects.toMatchObject({ details: { file: expect.any(String) as string } });
  expect(await readdir(folder)).toEqual(['verifiers']);
});

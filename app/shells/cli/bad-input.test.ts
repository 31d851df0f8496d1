import { chmod, cp, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { likeness, likenessJson, root, samplePhoto } from './testing/likeness.ts';
import {
  writeEmpty,
  writeFaceless,
  writeHuge,
  writePortrait,
  writeText,
  writeTruncated,
} from './testing/pictures.ts';

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly details: object };
}

let pictures: string;
let dataDir: string;
let portrait: string;

beforeAll(async () => {
  pictures = await mkdtemp(path.join(tmpdir(), 'likeness-pictures-'));
  portrait = await writePortrait(pictures);
});
afterAll(() => rm(pictures, { recursive: true }));
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'likeness-data-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const folderNamedLikePhoto = async () => {
  const folder = path.join(pictures, 'folder.jpg');
  await mkdir(folder);
  return folder;
};

const enrolledPeople = async () =>
  (await likenessJson<{ people: unknown[] }>(['people', 'list'], { dataDir })).json.people;

describe('a photo that cannot be enrolled is refused with its code and leaves no trace', () => {
  test.each<[string, string, () => string | Promise<string>]>([
    ['an empty file', 'file_empty', () => writeEmpty(pictures)],
    ['a JPEG that ends too early', 'image_truncated', () => writeTruncated(pictures)],
    ['a picture of 104 megapixels', 'image_too_large', () => writeHuge(pictures)],
    ['a text named .jpg', 'image_unrecognised', () => writeText(pictures)],
    ['a folder', 'file_is_directory', folderNamedLikePhoto],
    ['a file that is not there', 'file_not_found', () => path.join(pictures, 'absent.jpg')],
    ['a photo without a face', 'no_face', () => writeFaceless(pictures)],
    ['a photo of three people', 'several_faces', () => samplePhoto(3)],
  ])('%s: %s', async (_, code, make) => {
    const photo = await make();
    const enrolled = await likenessJson<Failure>(['enroll', 'Ada', photo], { dataDir });
    expect(enrolled.exitCode).toBe(1);
    expect(enrolled.json.error).toMatchObject({
      code,
      message: expect.stringMatching(/\w+ .+\./u),
    });
    expect(await enrolledPeople()).toEqual([]);
  });

  test('three people: the sentence offers the largest face, and --largest takes it', async () => {
    const argv = ['enroll', 'Ada', samplePhoto(3)];
    const refused = await likeness(argv, { dataDir });
    expect(refused.stderr).toMatch(/largest/u);
    const taken = await likenessJson([...argv, '--largest'], { dataDir });
    expect(taken).toMatchObject({ exitCode: 0, json: { enrolled: 1, person: { name: 'Ada' } } });
  });

  test('identification, verification and detection refuse likewise', async () => {
    const empty = await writeEmpty(pictures);
    for (const argv of [
      ['identify', empty],
      ['detect', empty],
      ['verify', empty, portrait],
    ]) {
      const { exitCode, json } = await likenessJson<Failure>(argv, { dataDir });
      expect({ exitCode, code: json.error.code }).toEqual({ exitCode: 1, code: 'file_empty' });
    }
  });
});

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

describe('a file that may not be read', () => {
  test.skipIf(process.platform === 'win32')('file_unreadable', async () => {
    // The superuser reads everything, so nobody has to ask.
    const photo = await writePortrait(pictures, 'secret.jpg');
    await Promise.all([chmod(photo, 0), chmod(dataDir, 0o777), chmod(pictures, 0o755)]);
    const asNobody = isRoot ? { uid: NOBODY } : {};
    const { exitCode, json } = await likenessJson<Failure>(['enroll', 'Ada', photo], {
      dataDir,
      ...asNobody,
    });
    expect({ exitCode, code: json.error.code }).toEqual({ exitCode: 1, code: 'file_unreadable' });
  });
});

describe('what Likeness itself lives on', () => {
  test('a corrupt model: model_corrupt, by every command that needs it', async () => {
    const models = path.join(dataDir, 'built-in');
    await cp(path.join(root, 'dist/models'), models, { recursive: true });
    for (const file of await readdir(models))
      if (file.startsWith('encoder') && file.endsWith('.onnx'))
        await truncate(path.join(models, file), 100_000);
    const env = { LIKENESS_MODELS: models };
    const enrolled = await likenessJson<Failure>(['enroll', 'Ada', portrait], { dataDir, env });
    expect(enrolled).toMatchObject({ exitCode: 1, json: { error: { code: 'model_corrupt' } } });
    expect(await enrolledPeople()).toEqual([]);
    const verified = await likenessJson(['models', 'verify'], { dataDir, env });
    expect(verified).toMatchObject({ exitCode: 1, json: { error: { code: 'model_corrupt' } } });
  });

  test('a database of a newer version: database_newer, and the file stays as it is', async () => {
    await likeness(['people', 'list'], { dataDir });
    const file = path.join(dataDir, 'likeness.db');
    const database = new Database(file);
    database.pragma('user_version = 9999');
    database.close();
    const { exitCode, json } = await likenessJson<Failure>(['enroll', 'Ada', portrait], {
      dataDir,
    });
    expect({ exitCode, code: json.error.code }).toEqual({ exitCode: 1, code: 'database_newer' });
    const after = new Database(file, { readonly: true });
    expect(after.pragma('user_version', { simple: true })).toBe(9999);
    after.close();
  });

  test('a database that is none', async () => {
    await writeFile(path.join(dataDir, 'likeness.db'), 'not a database at all, but a letter\n');
    const { exitCode, json } = await likenessJson<Failure>(['people', 'list'], { dataDir });
    expect(exitCode).toBe(1);
    expect(json.error.code).toMatch(/^database_/u);
  });
});

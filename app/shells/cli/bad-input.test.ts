import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { likenessJson, parse, root, samplePhoto, start } from './testing/likeness.ts';
import {
  writeEmpty,
  writeFaceless,
  writeHuge,
  writePortrait,
  writeText,
  writeTruncated,
} from './testing/pictures.ts';

const NOBODY = 65534;

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

const refused = (code: string) => ({ exitCode: 1, json: { error: { code } } });
const enrolled = async () => (await likenessJson(['people', 'list'], { dataDir })).json;
const nobody = { people: [] };

const folderNamedLikePhoto = async () => {
  const folder = path.join(pictures, 'folder.jpg');
  await mkdir(folder);
  return folder;
};

describe('a photo that cannot be enrolled is refused with its code and leaves no trace', () => {
  test.each<[string, string, () => string | Promise<string>]>([
    ['an empty file', 'file_empty', () => writeEmpty(pictures)],
    ['a JPEG that ends too early', 'image_truncated', () => writeTruncated(pictures)],
    ['a picture of 400 megapixels', 'image_too_large', () => writeHuge(pictures)],
    ['a text named .jpg', 'image_unrecognized', () => writeText(pictures)],
    ['a folder', 'file_is_directory', folderNamedLikePhoto],
    ['a file that is not there', 'file_not_found', () => path.join(pictures, 'absent.jpg')],
    ['a photo without a face', 'no_face', () => writeFaceless(pictures)],
    ['a photo of three people', 'several_faces', () => samplePhoto(3)],
  ])('%s: %s', async (_, code, make) => {
    const result = await likenessJson(['enroll', 'Ada', await make()], { dataDir });
    expect(result).toMatchObject(refused(code));
    expect(await enrolled()).toEqual(nobody);
  });

  test('three people: the sentence offers the largest face, and --largest takes it', async () => {
    const argv = ['enroll', 'Ada', samplePhoto(3)];
    const { stderr } = await start(argv, { dataDir }).result;
    expect(stderr).toMatch(/largest/u);
    const taken = await likenessJson([...argv, '--largest'], { dataDir });
    expect(taken).toMatchObject({ exitCode: 0, json: { enrolled: 1, person: { name: 'Ada' } } });
  });

  test('identification, verification and detection refuse likewise', async () => {
    const empty = await writeEmpty(pictures);
    for (const argv of [
      ['identify', empty],
      ['detect', empty],
      ['verify', empty, portrait],
    ])
      expect(await likenessJson(argv, { dataDir })).toMatchObject(refused('file_empty'));
  });
});

test.skipIf(process.platform === 'win32')('a file that may not be read', async () => {
  const photo = await writePortrait(pictures, 'secret.jpg');
  await Promise.all([chmod(photo, 0), chmod(dataDir, 0o777), chmod(pictures, 0o755)]);
  // The superuser reads everything, so somebody else has to ask.
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY } : {};
  const result = await likenessJson(['enroll', 'Ada', photo], { dataDir, ...asNobody });
  expect(result).toMatchObject(refused('file_unreadable'));
  expect(await enrolled()).toEqual(nobody);
});

test('a corrupt model file', async () => {
  const models = path.join(dataDir, 'built-in');
  await cp(path.join(root, 'dist/models'), models, { recursive: true });
  await truncate(path.join(models, 'encoder-likeness.onnx'), 100_000);
  const options = { dataDir, env: { LIKENESS_MODELS: models } };
  for (const argv of [['enroll', 'Ada', portrait], ['models', 'verify'], ['doctor']])
    expect(await likenessJson(argv, options)).toMatchObject(refused('model_corrupt'));
  expect(await enrolled()).toEqual(nobody);
});

describe('a database that cannot be used', () => {
  test('is from a newer version, and stays as it is', async () => {
    await enrolled();
    const version = withDatabase((database) => {
      database.pragma('user_version = 9999');
      return database.pragma('user_version', { simple: true });
    });
    const result = await likenessJson(['enroll', 'Ada', portrait], { dataDir });
    expect(result).toMatchObject(refused('database_newer'));
    expect(withDatabase((database) => database.pragma('user_version', { simple: true }))).toBe(
      version,
    );
  });

  test('is no database', async () => {
    await writeFile(path.join(dataDir, 'likeness.db'), 'Dear reader, this is no database.\n');
    const { exitCode, json } = await likenessJson(['people', 'list'], { dataDir });
    expect(exitCode).toBe(1);
    expect(json).toMatchObject({ error: { code: expect.stringMatching(/^database_/u) as string } });
  });

  function withDatabase<T>(work: (database: Database.Database) => T): T {
    const database = new Database(path.join(dataDir, 'likeness.db'));
    try {
      return work(database);
    } finally {
      database.close();
    }
  }
});

// A disk of our own that is small enough to fill: needs Linux and leave to mount.
const ownDisk = ['unshare', '--map-root-user', '--mount', 'sh', '-c'] as const;
const mayMount = succeeds([...ownDisk, 'mount -t tmpfs none /mnt']);
if (!mayMount) console.warn('The full disk is not tested: this user may not mount a small one.');

test.skipIf(!mayMount)('a full disk (skipped where no small disk can be mounted)', async () => {
  const script = `
    mount -t tmpfs -o size=2m none "$LIKENESS_DATA_DIR"
    "$@" people list --quiet > /dev/null
    dd if=/dev/zero of="$LIKENESS_DATA_DIR/filler" bs=4k 2> /dev/null
    "$@" enroll Ada "$PHOTO" --json; echo "exit $?"
    rm "$LIKENESS_DATA_DIR/filler"
    "$@" people list --json`;
  const { result } = start([], {
    dataDir,
    env: { PHOTO: portrait },
    prefix: [...ownDisk, script, 'sh'],
  });
  const lines = (await result).stdout.trim().split('\n');
  expect(lines.map(parse)).toMatchObject([{ error: { code: 'disk_full' } }, 'exit 1', nobody]);
});

function succeeds([command, ...args]: readonly string[]): boolean {
  try {
    execFileSync(command!, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

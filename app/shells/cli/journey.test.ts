import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { likeness, likenessJson, samplePhoto, start } from './testing/likeness.ts';
import { writePortrait } from './testing/pictures.ts';

/** The real command line, one process after another on one data folder, as people use it. */

let folder: string;
let portrait: string;
const options = () => ({ dataDir: path.join(folder, 'data') });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-journey-'));
  portrait = await writePortrait(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...argv: string[]) => likenessJson(argv, options());

describe('from a photo to a name', () => {
  test('enroll: the person, and a line on standard error', async () => {
    const { exitCode, json, stderr } = await run('enroll', 'Nora', portrait);
    expect(stderr).toContain(`enrolled ${portrait}`);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ person: { id: 1, name: 'Nora' }, enrolled: 1, refused: [] });
  });

  test('enroll again: nothing twice', async () => {
    expect(await run('enroll', 'Nora', portrait)).toMatchObject({
      exitCode: 1,
      json: { error: { code: 'already_enrolled' } },
    });
  });

  test('identify: the name at the right face, all others unknown', async () => {
    const { exitCode, json } = await run('identify', samplePhoto(6), '--provider', 'cpu');
    expect(exitCode).toBe(0);
    const { faces, provider } = json as {
      provider: string;
      faces: { box: { x: number }; decision: string; matches: { name: string }[] }[];
    };
    const decisions = faces
      .toSorted((a, b) => a.box.x - b.box.x)
      .map(({ decision, matches }) => (decision === 'identified' ? matches[0]?.name : decision));
    expect(decisions).toEqual(['unknown', 'unknown', 'Nora', 'unknown']);
    expect(provider).toBe('cpu');
  });

  test('identify in words', async () => {
    const { stdout } = await likeness(['identify', samplePhoto(6)], options());
    expect(stdout).toMatch(/4 faces/u);
    expect(stdout).toMatch(/Nora +0\.\d{3} ≤ 0\.\d{3}/u);
  });

  test('verify: the same person in her own photo, not in another', async () => {
    const whole = samplePhoto(6);
    const several = await run('verify', portrait, whole);
    expect(several).toMatchObject({ exitCode: 1, json: { error: { code: 'several_faces' } } });
    const same = await run('verify', portrait, portrait);
    expect(same).toMatchObject({ exitCode: 0, json: { same: true } });
    const other = await run('verify', portrait, samplePhoto(5), '--largest');
    expect(other.json).toMatchObject({ same: false, provider: 'cpu' });
  });

  test('detect: boxes and 68 landmarks, and a marked picture', async () => {
    const marked = path.join(folder, 'marked.png');
    const { json } = await run('detect', samplePhoto(1), '--annotate', marked);
    const { faces } = json as { faces: { landmarks: unknown[] }[] };
    expect(faces.map(({ landmarks }) => landmarks.length)).toEqual([68, 68, 68]);
    expect(await sharp(marked).metadata()).toMatchObject({ format: 'png', width: 1920 });
  });

  test('identify --annotate writes a page that names her and stands alone', async () => {
    const page = path.join(folder, 'new', 'marked.html');
    expect((await run('identify', samplePhoto(6), '--annotate', page)).exitCode).toBe(0);
    const html = await readFile(page, 'utf8');
    expect(html).toContain('<span>Nora</span>');
    expect(html).toContain('data:image/jpeg;base64,');
  });
});

describe('people', () => {
  test('show, rename, merge and delete', async () => {
    await run('enroll', 'Somebody', samplePhoto(3), '--largest');
    expect((await run('people', 'show', 'Nora')).json).toMatchObject({
      person: { name: 'Nora', templates: 1 },
    });
    expect((await run('people', 'rename', 'Somebody', 'Ada')).json).toMatchObject({
      person: { name: 'Ada' },
    });
    expect((await run('people', 'merge', 'Ada', 'Nora')).json).toMatchObject({
      person: { name: 'Nora', templates: 2 },
    });
    expect(await run('people', 'delete', 'Nora')).toMatchObject({ exitCode: 2 });
    expect((await run('people', 'delete', 'Nora', '--yes')).json).toMatchObject({
      person: { name: 'Nora' },
      deleted: true,
    });
    expect((await run('people', 'list')).json).toEqual({ people: [] });
  });

  test('somebody who is not there', async () => {
    expect(await run('people', 'show', 'Nemo')).toMatchObject({
      exitCode: 1,
      json: { error: { code: 'person_not_found' } },
    });
  });
});

describe('a folder of people', () => {
  let root: string;

  beforeAll(async () => {
    root = path.join(folder, 'people');
    for (const name of ['Nora', 'Twin']) {
      await mkdir(path.join(root, name), { recursive: true });
      await symlink(portrait, path.join(root, name, '1.jpg'));
    }
    await symlink(samplePhoto(3), path.join(root, 'Nora', '2.jpg'));
  });

  test('import: everyone, with the refused photos', async () => {
    const { exitCode, json, stderr } = await run('import', root);
    expect(exitCode).toBe(1);
    expect(json).toMatchObject({ people: 2, enrolled: 2, refused: [{ code: 'several_faces' }] });
    expect(json).toMatchObject({ files: 3, unused: [{ code: 'several_faces' }] });
    expect(json).toMatchObject({ error: { code: 'photos_refused' } });
    // Both names are given to one photo: whoever comes second, which may be either, is told so.
    expect(stderr).toMatch(/^enrolled .*Nora\/1\.jpg(: .*)?$/mu);
    expect(stderr).toMatch(/^enrolled .*Twin\/1\.jpg(: .*)?$/mu);
    expect(stderr).toMatch(/is enrolled for (Twin|Nora) too, now for (Twin|Nora)/u);
    expect(stderr).toMatch(/^refused .*Nora\/2\.jpg: /mu);
    expect((await run('import', root)).json).toMatchObject({ enrolled: 0, alreadyEnrolled: 2 });
  });

  test('Ctrl-C stops with code cancelled and keeps what was reported', async () => {
    const many = path.join(folder, 'many');
    await mkdir(path.join(many, 'Nora'), { recursive: true });
    for (let i = 0; i < 60; i++)
      await sharp(portrait)
        .modulate({ brightness: 1 + i / 300 })
        .toFile(path.join(many, 'Nora', `${i}.jpg`));
    const dataDir = path.join(folder, 'interrupted');
    const { child, result } = start(['import', many, '--json'], { dataDir });
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { exitCode, stdout, stderr } = await result;
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'cancelled' } });
    expect(exitCode).toBe(1);
    const reported = stderr.match(/^enrolled /gmu)?.length ?? 0;
    const { json } = await likenessJson(['people', 'list'], { dataDir });
    const { people } = json as { people: { templates: number }[] };
    expect(people[0]?.templates ?? 0).toBeGreaterThanOrEqual(reported);
    expect(people[0]?.templates ?? 0).toBeLessThan(60);
  });
});

test('doctor finds everything well', async () => {
  const { exitCode, json } = await run('doctor');
  expect(exitCode).toBe(0);
  expect(json).toMatchObject({ ok: true, database: { integrity: 'ok' } });
  expect((json as { providers: object[] }).providers).toContainEqual(
    expect.objectContaining({ provider: 'cpu', available: true, proven: true }),
  );
});

test('a reader that has seen enough is no failure', async () => {
  const { child, result } = start(['--help'], options());
  child.stdout?.destroy();
  expect((await result).stderr).toBe('');
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands, type CommandInput, type CommandName } from '../../contract/commands.ts';
import { PaintingSettings } from '../../contract/paintings.ts';
import {
  modelsAreBuilt,
  realApplication,
  type RealApplication,
} from './testing/real-application.ts';
import { adaAgain, cutPortrait, samplePhoto, sitters } from './testing/sample-portraits.ts';

const PATIENCE = 900_000;

// What a window asks for, with the real models on real photos.
describe.skipIf(!modelsAreBuilt())('behind the window', () => {
  let folder: string;
  let app: RealApplication;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'likeness-window-'));
    app = realApplication(path.join(folder, 'data'));
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Dispatches, and holds the output against the contract. */
  const run = async <N extends CommandName>(name: N, input: CommandInput<N>) => {
    const output = await app.dispatch(name, input);
    commands[name].output.parse(output);
    return output;
  };
  const place = (name: string) => path.join(folder, name);
  const middleOf = ({ x, y, width, height }: (typeof sitters)[number]['box']): [number, number] => [
    x + width / 2,
    y + height / 2,
  ];

  test(
    'the people of the sample photos are enrolled once, with portraits',
    { timeout: PATIENCE },
    async () => {
      expect((await run('system.status', {})).recognition).toBeNull();
      const { pictures, people } = await run('samples.list', {});
      expect(pictures).toHaveLength(6);
      expect(pictures[0]).toMatchObject({ name: 'sample1.jpg', width: 1920, height: 1280 });
      const first = await run('samples.enroll', {});
      const again = await run('samples.enroll', {});
      expect(again).toEqual(first);
      const enrolled = (await run('people.list', {})).people;
      expect(enrolled.map(({ name }) => name).sort()).toEqual([...people].sort());
      expect(first.enrolled).toBe(enrolled.length);
      expect(enrolled.every(({ templates }) => templates === 1)).toBe(true);

      const templates = enrolled.map(({ portrait }) => portrait!);
      const { portraits } = await run('people.portraits', { templates });
      expect(portraits).toHaveLength(enrolled.length);
      const [portrait] = portraits;
      const image = { bytes: portrait!.jpeg, name: 'portrait.jpg' };
      const { width, height, faces } = await run('faces.detect', { image });
      expect([width, height, faces.length]).toEqual([192, 192, 1]);
      const status = await run('system.status', {});
      expect(status).toMatchObject({ hosts: { recognition: { kind: 'ready' } }, people: 15 });
      expect(status.recognition?.provider).toBe('cpu');
    },
  );

  test(
    'the people of the sample photos are removed at once, all but those with photos of their own',
    { timeout: PATIENCE },
    async () => {
      const other = realApplication(place('other'));
      const ask = other.dispatch.bind(other);
      await ask('samples.enroll', {});
      const { people } = await ask('people.list', {});
      const kept = people.find(({ name }) => name === 'Ada')!;
      // A photo of the user's own, of one of them.
      await cutPortrait({ name: 'Ada', ...adaAgain }, place('own.jpg'));
      await ask('enrollment.enroll', { name: 'Ada', images: [{ path: place('own.jpg') }] });
      expect(await ask('samples.remove', { dryRun: true })).toEqual({ people: people.length - 1 });
      expect((await ask('people.list', {})).people).toHaveLength(people.length);
      expect(await ask('samples.remove', {})).toEqual({ people: people.length - 1 });
      expect((await ask('people.list', {})).people).toMatchObject([{ id: kept.id, templates: 2 }]);
      expect(await ask('samples.remove', { dryRun: true })).toEqual({ people: 0 });
      await other[Symbol.asyncDispose]();
    },
  );

  test('there is a photo to paint, and styles that it has drawn itself', async () => {
    const { photos, styles } = await run('samples.styles', {});
    expect(photos).toHaveLength(6);
    expect(styles.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['night', 'watercolor', 'woodcut', 'mosaic', 'ink', 'meadow']),
    );
    for (const { width, height } of styles) expect([width, height]).toEqual([768, 768]);
  });

  test('a live picture names whom it knows after some frames', { timeout: PATIENCE }, async () => {
    const { x, y, width, height } = adaAgain.box;
    const region = {
      left: Math.round(x - width),
      top: Math.max(0, Math.round(y - height)),
      width: Math.round(width * 3),
      height: Math.round(height * 3),
    };
    const jpeg = await sharp(samplePhoto(adaAgain.sample))
      .extract(region)
      .resize(640, 480, { fit: 'cover' })
      .jpeg()
      .toBuffer();
    const frame = Uint8Array.from(jpeg);
    const seen: string[][] = [];
    for (let i = 0; i < 5; i++) {
      const { faces } = await run('live.look', { stream: 'test', frame });
      seen.push(faces.map(({ decision, person }) => person?.name ?? decision));
    }
    expect(seen.slice(0, 2).flat()).not.toContain('Ada');
    // She is the rightmost in the first sample.
    expect(seen.at(-1)).toContain('Ada');
    await run('live.end', { stream: 'test' });
    await expect(
      run('live.look', { stream: 'test', frame: Uint8Array.from(Buffer.from('no picture')) }),
    ).rejects.toMatchObject({ code: 'image_unrecognized' });
  });

  test('a comparison shows the two faces', { timeout: PATIENCE }, async () => {
    const a = { path: samplePhoto(1) };
    const b = { path: samplePhoto(3) };
    const { chips } = await run('verification.verify', {
      a,
      b,
      severalFaces: 'largest',
      chips: true,
    });
    for (const jpeg of [chips!.a, chips!.b])
      expect(await sharp(jpeg).metadata()).toMatchObject({
        format: 'jpeg',
        width: 192,
        height: 192,
      });
    const plain = await run('verification.verify', { a, b, severalFaces: 'largest' });
    expect(plain.chips).toBeNull();
  });

  test('the face that is pointed at is enrolled', { timeout: PATIENCE }, async () => {
    const [, bea] = sitters;
    const images = [{ path: samplePhoto(bea!.sample) }];
    const name = 'Pointed at';
    await run('enrollment.enroll', { name, images, at: middleOf(bea!.box) });
    const { person } = await run('people.show', { person: name });
    const { person: same } = await run('people.show', { person: 'Bea' });
    expect(person.templateList[0]!.quality).toBeCloseTo(same.templateList[0]!.quality, 5);
    await expect(run('enrollment.enroll', { name, images, at: [3, 3] })).rejects.toMatchObject({
      code: 'already_enrolled',
    });
    await run('people.delete', { person: name });
  });

  test('pictures are kept once by content, shown small, and refused when they are none', async () => {
    const image = { path: samplePhoto(2) };
    const { picture } = await run('pictures.add', { image });
    const bytes = Uint8Array.from(readFileSync(image.path));
    const again = await run('pictures.add', { image: { bytes, name: 'other.png' } });
    expect(again.picture.path).toBe(picture.path);
    expect(path.dirname(picture.path)).toBe(path.join(folder, 'data', 'pictures'));
    const kept = readdirSync(path.dirname(picture.path));
    const shown = await run('pictures.show', { image: { path: picture.path }, size: 300 });
    expect(Math.max(shown.width, shown.height)).toBe(300);
    expect((await sharp(shown.bytes).metadata()).format).toBe('jpeg');
    const scan = Uint8Array.from(await sharp(bytes).resize(500).tiff().toBuffer());
    const unkept = await run('pictures.show', {
      image: { bytes: scan, name: 'scan.tif' },
      size: 300,
    });
    expect(Math.max(unkept.width, unkept.height)).toBe(300);
    expect(readdirSync(path.dirname(picture.path))).toEqual(kept);

    const create = { width: 40, height: 20, channels: 4, background: '#f008' } as const;
    await sharp({ create }).png().toFile(place('glass.png'));
    const glass = await run('pictures.show', { image: { path: place('glass.png') }, size: 300 });
    expect([glass.width, glass.height]).toEqual([40, 20]);
    expect(await sharp(glass.bytes).metadata()).toMatchObject({ format: 'png', hasAlpha: true });

    const letter = { bytes: Uint8Array.from(Buffer.from('Dear Anna')), name: 'letter.jpg' };
    await expect(run('pictures.add', { image: letter })).rejects.toMatchObject({
      code: 'image_unrecognized',
    });
    await expect(
      run('pictures.show', { image: { path: place('none.png') } }),
    ).rejects.toMatchObject({
      code: 'file_not_found',
    });

    // Its header is whole, so it is kept; what is wrong with it shows later.
    const half = { bytes: bytes.slice(0, bytes.length / 2), name: 'Grandma.jpg' };
    const { picture: damaged } = await run('pictures.add', { image: half });
    for (const attempt of [
      () => run('pictures.show', { image: { path: damaged.path } }),
      () => run('identification.identify', { image: { path: damaged.path } }),
    ])
      await expect(attempt()).rejects.toMatchObject({
        code: 'image_truncated',
        message: 'Grandma.jpg ends too early or is damaged. Copy it again from its source.',
        details: { file: 'Grandma.jpg' },
      });
    const gone = path.join(path.dirname(damaged.path), `${'0'.repeat(64)}.jpg`);
    await expect(run('pictures.show', { image: { path: gone } })).rejects.toMatchObject({
      message: 'The picture does not exist. Check the spelling of the path.',
    });
  });

  test('a painting is exported with its settings inside, byte for byte in its own format', async () => {
    const noise = sharp(Buffer.from(Uint16Array.from({ length: 48 }, (_, i) => i * 1365).buffer), {
      raw: { width: 4, height: 4, channels: 3 },
    });
    const picture = place('painting.tif');
    await noise.toColorspace('rgb16').tiff().toFile(picture);
    const settings = PaintingSettings.parse({
      content: '/a <b> & c.jpg',
      styles: [{ path: '/s.jpg' }],
    });
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const output = place(`exported.${format}`);
      await app.host.request('convertPainting', { picture, settings, format, output });
      const recalled = await app.host.request('recallPainting', { picture: output });
      expect(recalled.settings).toEqual(settings);
      expect((await sharp(output).metadata()).format).toBe(format);
    }
    const wanted = { picture, settings, format: 'tiff', output: null } as const;
    const { bytes } = await app.host.request('convertPainting', wanted);
    expect(Buffer.from(bytes!).equals(readFileSync(picture))).toBe(true);
    writeFileSync(place('cut.tif'), readFileSync(picture).subarray(0, 60));
    await expect(
      app.host.request('convertPainting', { ...wanted, picture: place('cut.tif'), format: 'png' }),
    ).rejects.toMatchObject({ code: 'image_truncated' });
  });
});

import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CommandInput } from '../../contract/commands.ts';
import { listTemplates, readSetting } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

type Wishes = Partial<CommandInput<'models.compare'>>;

const compare = (app: TestApplication, wishes: Wishes = {}) =>
  app.run('models.compare', { a: 'residual', b: 'mobile', ...wishes });

/** A folder of people with three photos each, and `mobile` bad at them. */
function photographed(people: number) {
  const app = testApplication();
  for (let person = 0; person < people; person++)
    [-1, 0, 1].forEach((variation, photo) => {
      app.photo(`photos/P${person}/${photo}.jpg`, `person${person} ${variation}`);
    });
  app.host.blur.set('mobile', 20);
  const root = `${app.folder}/photos`;
  return { app, root, source: { kind: 'images', root } as const };
}

/** People with two photos each; files and portraits are kept. */
async function enrolled(people: number): Promise<TestApplication> {
  const app = testApplication();
  for (let person = 0; person < people; person++)
    for (const variation of [0, 0.5]) {
      const image = app.photo(`${person}-${variation}.jpg`, `person${person} ${variation}`);
      await app.run('enrollment.enroll', { name: `P${person}`, images: [image] });
    }
  return app;
}

describe('on a folder of photos', () => {
  test('says which encoder separates people better, whichever is named first', async () => {
    const { app, root, source } = photographed(12);
    app.host.speeds.set('mobile', 7);
    const result = await compare(app, { source });
    expect(result).toMatchObject({
      ...{ source: 'images', images: root, photos: 36, unusable: 0, faces: 36, people: 12 },
      ...{ peopleWithTwo: 12, mated: 36, nonMated: 594, timed: 24, resamples: 500 },
      encoders: [
        { id: 'residual', version: '1', dimension: 16, bytes: 1, milliseconds: 1, eer: 0 },
        { id: 'mobile', milliseconds: 7 },
      ],
      verdict: { kind: 'better', id: 'residual' },
    });
    const [residual, mobile] = result.encoders;
    expect(residual.accuracy).toBe(1);
    expect(mobile.eer).toBeGreaterThan(0.1);
    expect(result.difference.eer.value).toBeCloseTo(mobile.eer, 12);
    expect(result.difference.eer.interval!.low).toBeGreaterThan(0);
    expect(result.difference.tar[0]!.interval!.high).toBeLessThan(0);

    const turned = await compare(app, { a: 'mobile', b: 'residual', source });
    expect(turned.verdict).toEqual({ kind: 'better', id: 'residual' });
    expect(turned.difference.eer.value).toBe(-result.difference.eer.value);
  });

  test('two that separate alike are undecided', async () => {
    const { app, source } = photographed(12);
    app.host.blur.clear();
    const { verdict, difference } = await compare(app, { source });
    expect(verdict).toEqual({ kind: 'undecided' });
    expect(difference.eer).toEqual({ value: 0, interval: { low: 0, high: 0 } });
  });

  test('few people allow figures, but no interval and no verdict', async () => {
    const { app, source } = photographed(9);
    const result = await compare(app, { source });
    expect(result.verdict).toEqual({ kind: 'too-few-people', needed: 10 });
    expect(result.resamples).toBe(0);
    expect(result.encoders[1].eer).toBeGreaterThan(result.encoders[0].eer);
    for (const { interval } of [result.difference.eer, ...result.difference.tar])
      expect(interval).toBeNull();
    // 324 non-mated pairs can show one in a hundred, and no fewer.
    expect(result.encoders[0].tar.map(({ far }) => far)).toEqual([0.01]);
  });

  test('photos that show nothing are left out of both, and counted', async () => {
    const { app, source } = photographed(3);
    app.photo('photos/P0/landscape.jpg', 'landscape');
    app.photo('photos/P1/damaged.jpg', 'damaged');
    app.photo('photos/P2/empty.jpg', '');
    expect(await compare(app, { source })).toMatchObject({ photos: 12, unusable: 3, faces: 9 });
  });

  test('takes no more photos of a person than asked for', async () => {
    const { app, source } = photographed(3);
    const result = await compare(app, { source: { ...source, maxPerPerson: 2 } });
    expect(result).toMatchObject({ photos: 6, mated: 3 });
  });

  test('a seed gives the same intervals again', async () => {
    const { app, source } = photographed(12);
    const first = await compare(app, { source, seed: 5 });
    const second = await compare(app, { source, seed: 5 });
    expect(second.difference).toEqual(first.difference);
    expect((await compare(app, { source, seed: 6 })).difference).not.toEqual(first.difference);
  });
});

describe('on the people enrolled', () => {
  test('it takes the originals, else the portraits; what was not kept is counted', async () => {
    const app = await enrolled(10);
    rmSync(`${app.folder}/3-0.jpg`);
    await app.run('settings.set', { changes: { keepPortraits: false } });
    const images = [app.photo('gone.jpg', 'person0 0.2'), app.photo('new.jpg', 'person0 0.3')];
    await app.run('enrollment.enroll', { name: 'P0', images });
    rmSync(`${app.folder}/gone.jpg`);
    expect(await compare(app)).toMatchObject({
      ...{ source: 'gallery', images: null, photos: 22, unusable: 1, faces: 21, people: 10 },
      verdict: { kind: 'undecided' },
    });
  });

  test('what is in use and what is kept stay as they are, and both encoders are let go', async () => {
    const app = await enrolled(10);
    const kept = () =>
      app.store.read((tables) => [
        readSetting(tables, 'model.encoder'),
        ...Array.from({ length: 10 }, (_, i) => listTemplates(tables, i + 1)),
      ]);
    const before = kept();
    const opened: number[] = [];
    await app.run(
      'models.compare',
      { a: 'mobile', b: 'residual' },
      { onProgress: () => opened.push(app.host.opened.size) },
    );
    expect(Math.max(...opened)).toBe(2);
    expect([...app.host.opened]).toEqual([]);
    expect(kept()).toEqual(before);
    const { models } = await app.run('models.list', {});
    expect(models.find(({ role, active }) => role === 'encoder' && active)?.id).toBe('residual');
    const image = app.photo('probe.jpg', 'person4 0.1');
    const { faces } = await app.run('identification.identify', { image });
    expect(faces[0]!.matches[0]).toMatchObject({ name: 'P4' });
  });
});

describe('it refuses', () => {
  test.each([
    ['invalid_input', { b: 'residual' }, 'named twice'],
    ['invalid_input', { b: 'landmarks-68' }, 'no encoder'],
    ['model_unknown', { a: 'nothing' }, 'nothing'],
    ['model_missing', { b: 'absent' }, 'not there'],
  ])('%s for %j', async (code, wishes, words) => {
    const { app, source } = photographed(3);
    await expect(compare(app, { source, ...wishes })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as string,
    });
    expect([...app.host.opened]).toEqual([]);
  });

  test('nobody enrolled, and nobody with two photos, before any photo is encoded', async () => {
    const app = testApplication();
    await expect(compare(app)).rejects.toMatchObject({ code: 'evaluation_impossible' });
    for (const name of ['Ada', 'Bob'])
      await app.run('enrollment.enroll', { name, images: [app.photo(`${name}.jpg`, name)] });
    const refused = compare(app);
    await expect(refused).rejects.toMatchObject({ code: 'evaluation_impossible' });
    await expect(refused).rejects.toThrow(/People enrolled: 2, with two photos: 0\./u);
    expect(app.host.requests).not.toContain('encodeWith');
  });

  test('one person alone, and photos of which too few show a face', async () => {
    const alone = photographed(1);
    await expect(compare(alone.app, { source: alone.source })).rejects.toMatchObject({
      code: 'evaluation_impossible',
      details: { people: 1, withTwo: 1 },
    });
    const { app, source } = photographed(2);
    for (const file of ['P0/0', 'P0/1', 'P1/0', 'P1/1'])
      app.photo(`photos/${file}.jpg`, 'landscape');
    await expect(compare(app, { source })).rejects.toMatchObject({
      code: 'evaluation_impossible',
      details: { mated: 0, nonMated: 1 },
    });
  });

  test('a folder that is not there', async () => {
    const source = { kind: 'images', root: '/nowhere/at/all' } as const;
    await expect(compare(testApplication(), { source })).rejects.toMatchObject({
      code: 'file_not_found',
    });
  });

  test('when it is stopped; both encoders are let go', async () => {
    const { app, source } = photographed(12);
    const stopping = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }): void => {
      seen.push(done);
      if (done === 5) stopping.abort();
    };
    const call = { signal: stopping.signal, onProgress };
    const stopped = app.run('models.compare', { a: 'residual', b: 'mobile', source }, call);
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(app.host.requests).toContain('closeEncoder');
    expect([...app.host.opened]).toEqual([]);
  });

  test('when the host dies', async () => {
    const { app, source } = photographed(12);
    app.host.crashes.set('person5 0', 1);
    await expect(compare(app, { source })).rejects.toMatchObject({ code: 'host_crashed' });
    expect(app.host.requests).not.toContain('closeEncoder');
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { modelsAreBuilt, realApplication } from './testing/real-application.ts';
import { cutPortrait, samplePhoto, sitters } from './testing/sample-portraits.ts';

describe.skipIf(!modelsAreBuilt())('with the real models (npm run build)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-comparison-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('compares both built-in encoders on a folder, and recognition goes on with the one in use', async () => {
    await using app = realApplication(path.join(folder, 'data'));
    const root = path.join(folder, 'photos');
    for (const sitter of sitters)
      for (const variation of [0, 7])
        await cutPortrait(sitter, path.join(root, sitter.name, `${variation}.jpg`), variation);
    await app.dispatch('enrollment.enroll', {
      name: 'Ada',
      images: [{ path: path.join(root, 'Ada', '0.jpg') }],
    });
    const [a, b] = ['encoder-resnet29', 'encoder-likeness'];
    const before = await app.dispatch('models.list', {});

    const result = await app.dispatch('models.compare', { a, b, source: { kind: 'images', root } });
    expect(result).toMatchObject({
      ...{ photos: 12, unusable: 0, faces: 12, people: 6, mated: 6, nonMated: 60, timed: 11 },
      // Two copies of each photo: nothing is easier.
      encoders: [
        { id: a, dimension: 128, eer: 0, accuracy: 1 },
        { id: b, dimension: 128, eer: 0, accuracy: 1 },
      ],
      verdict: { kind: 'too-few-people', needed: 10 },
    });
    for (const { id, milliseconds, bytes, threshold } of result.encoders) {
      expect(milliseconds).toBeGreaterThan(0.1);
      expect(bytes).toBe(before.models.find((model) => model.id === id)!.bytes);
      expect(threshold).toBeGreaterThan(0);
    }
    // They differ: neither stands in for the other.
    expect(result.encoders[0].threshold).not.toBe(result.encoders[1].threshold);

    expect(await app.dispatch('models.list', {})).toEqual(before);
    const image = { path: samplePhoto(1) };
    const { faces } = await app.dispatch('identification.identify', { image });
    expect(faces.filter(({ decision }) => decision === 'identified')).toHaveLength(1);
    // They were freed, and are opened anew.
    expect(await app.host.request('closeEncoder', { id: b })).toBeNull();
    await expect(
      app.dispatch('models.compare', { a: b, b: a, source: { kind: 'images', root } }),
    ).resolves.toMatchObject({ faces: 12 });
  });
});

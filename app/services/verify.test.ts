import { expect, test } from 'vitest';
import { testApplication } from './testing/application.ts';

const compare = (a: string, b: string, options = {}) => {
  const app = testApplication();
  return app.run('verification.verify', {
    a: app.photo('a.jpg', a),
    b: app.photo('b.jpg', b),
    ...options,
  });
};

test('compares two faces at the model’s threshold for verification', async () => {
  const result = await compare('anna', 'anna 0.55');
  expect(result).toMatchObject({ same: true, threshold: 0.6, model: 'residual' });
  expect(result.distance).toBeCloseTo(0.55, 5);
  expect(result.probability).toBeCloseTo(0.622459, 5);
  expect(await compare('anna', 'bert')).toMatchObject({ same: false });
  expect(await compare('anna', 'anna 0.55', { threshold: 0.5 })).toMatchObject({ same: false });
});

test('"the same" never has less than one half, "different" never more', async () => {
  for (const threshold of [0.3, undefined, 0.9])
    for (const distance of [0.2, 0.29, 0.31, 0.55, 0.59, 0.61, 0.65, 0.85, 0.95]) {
      const options = threshold === undefined ? {} : { threshold };
      const { same, probability } = await compare('anna', `anna ${distance}`, options);
      if (same) expect(probability).toBeGreaterThanOrEqual(0.5);
      else expect(probability).toBeLessThanOrEqual(0.5);
    }
});

test.each([
  ['no_face', 'landscape'],
  ['several_faces', 'anna\nbert'],
  ['image_truncated', 'damaged'],
])('%s names the picture', async (code, text) => {
  await expect(compare('anna', text)).rejects.toMatchObject({ code });
  if (code !== 'image_truncated') await expect(compare('anna', text)).rejects.toThrow(/b\.jpg/u);
});

test('takes the largest of several faces where that is asked for', async () => {
  const result = await compare('anna\nbert', 'anna', { severalFaces: 'largest' });
  expect(result).toMatchObject({ distance: 0, same: true });
});

test('detection gives landmarks and quality, and computes no encoding', async () => {
  const app = testApplication();
  const result = await app.run('faces.detect', { image: app.photo('a.jpg', 'anna\nbert') });
  expect(result).toMatchObject({ width: 640, height: 480, faces: [{ score: 0.9 }, {}] });
  expect(result.faces[0]).not.toHaveProperty('encoding');
});

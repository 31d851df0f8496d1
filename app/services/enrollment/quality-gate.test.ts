import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../../contract/commands.ts';
import {
  modelsAreBuilt,
  realApplication,
  type RealApplication,
} from '../testing/real-application.ts';
import { samplePhoto } from '../testing/sample-portraits.ts';

describe.skipIf(!modelsAreBuilt())('poor faces, with the built models (npm run build)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-poor-'));
  let app: RealApplication;
  let face: Buffer;

  beforeAll(async () => {
    app = realApplication(path.join(folder, 'data'));
    // As large as on a chip of 150 pixels.
    face = await sharp(samplePhoto(3))
      .extract({ left: 971, top: 40, width: 476, height: 600 })
      .resize({ width: 230 })
      .png()
      .toBuffer();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const imageOf = (bytes: Buffer) => ({ bytes: Uint8Array.from(bytes), name: 'photo.png' });
  const detect = (photo: Buffer): Promise<CommandOutput<'faces.detect'>> =>
    app.dispatch('faces.detect', { image: imageOf(photo) });

  /** Moved along a line while the shutter is open. */
  async function moved(pixels: number, degrees: number): Promise<Buffer> {
    const side = pixels + 2;
    const kernel = new Array<number>(side * side).fill(0);
    const [x, y] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const middle = side / 2 - 0.5;
    for (let i = 0; i < 8 * pixels; i++) {
      const at = (i / (8 * pixels - 1) - 0.5) * (pixels - 1);
      kernel[Math.round(middle + at * y) * side + Math.round(middle + at * x)]! += 1;
    }
    const shape = { width: side, height: side, kernel };
    return await sharp(face).removeAlpha().convolve(shape).png().toBuffer();
  }

  const lit = (share: number) => sharp(face).linear(share, 0).png().toBuffer();

  it('says nothing of an ordinary face, nor at half its size, nor at half the light', async () => {
    const half = await sharp(face).resize({ width: 115 }).png().toBuffer();
    for (const photo of [face, half, await lit(0.5)]) {
      const { faces, notes, warnings } = await detect(photo);
      expect([faces.length, notes, warnings]).toEqual([1, [], []]);
    }
  });

  it.each([9, 15, 20])('sees motion of %i pixels in every direction', async (pixels) => {
    for (const degrees of [0, 30, 60, 90, 120, 150]) {
      const { faces } = await detect(await moved(pixels, degrees));
      // Where so little is left that no face is found, that is said instead.
      const isSeen = faces.every(({ quality }) => quality.flaws.includes('blurred'));
      expect([degrees, isSeen]).toEqual([degrees, true]);
    }
  });

  it('says that a verification or identification by a blurred face is not to be trusted', async () => {
    const blurred = imageOf(await moved(15, 0));
    const verified = await app.dispatch('verification.verify', { a: imageOf(face), b: blurred });
    const identified = await app.dispatch('identification.identify', { image: blurred });
    for (const { notes, warnings } of [verified, identified]) {
      expect(notes).toMatchObject([{ code: 'face_poor', file: 'photo.png', faces: [0] }]);
      expect(warnings).toContainEqual(expect.stringMatching(/too poor to be trusted.*blurred/u));
    }
  });

  it('notes a dark face, and refuses one in next to no light unless it is to be taken anyway', async () => {
    const { faces, notes } = await detect(await lit(0.25));
    expect(faces[0]!.quality.flaws).toContain('dark');
    expect(notes).toMatchObject([{ code: 'face_poor', faces: [0] }]);
    const enroll = (acceptLowQuality: boolean, photo: Buffer) =>
      app.dispatch('enrollment.enroll', {
        name: 'Ada',
        images: [imageOf(photo)],
        acceptLowQuality,
      });
    const dark = await lit(0.2);
    await expect(enroll(false, dark)).rejects.toMatchObject({
      code: 'low_quality',
      details: { flaws: expect.arrayContaining(['dark']) as string[] },
    });
    await expect(enroll(true, dark)).resolves.toMatchObject({
      enrolled: 1,
      notes: [{ code: 'face_poor' }],
    });
  });

  it('enrolls a face that lies on its side as it stands, and says so', async () => {
    const lying = await sharp(face).rotate(90).png().toBuffer();
    const { notes, warnings } = await app.dispatch('enrollment.enroll', {
      name: 'Lia',
      images: [imageOf(lying)],
    });
    expect(notes).toMatchObject([{ code: 'photo_turned', degrees: 270, file: 'photo.png' }]);
    expect(warnings).toContainEqual(expect.stringContaining('turned by 270°'));
    const { faces } = await app.dispatch('identification.identify', { image: imageOf(face) });
    const lia = faces[0]!.matches.find(({ name }) => name === 'Lia');
    expect(lia!.distance).toBeLessThan(0.1);
  });
});

import path from 'node:path';
import { dropPicture } from '../../e2e/support/drop.ts';
import { album, crowd } from '../../e2e/support/photos.ts';
import { enrolAlbum } from '../../e2e/support/server.ts';
import { openScreenWindow, scrollFrames } from '../measure/screen-window.ts';
import { quantile } from '../measure/timing.ts';
import type { Answer } from './question.ts';

/**
 * A group photo of 156 faces in real Chromium: how soon it can be used after its result came, and how
 * long frames take while the faces are scrolled.
 */
export async function measureCrowd(): Promise<Answer> {
  const photo = await measureGroupPhoto();
  return {
    figures: { groupPhoto: photo },
    lines: [
      `Group photo, ${photo.faces} faces: usable ${photo.usableMs.toFixed(0)} ms after the result, ` +
        `faces cut out ${photo.facesCutMs.toFixed(0)} ms after it; scrolling, frames of ` +
        `${photo.frameP50Ms.toFixed(0)} ms (median), ${photo.frameP95Ms.toFixed(0)} ms (95th percentile), ` +
        `${photo.frames} frames`,
    ],
  };
}

async function measureGroupPhoto() {
  let file = '';
  await using window = await openScreenWindow(async (dataDir) => {
    await enrolAlbum(dataDir, await album(path.join(dataDir, 'photos'), { Ada: 2, Bea: 2 }));
    file = await crowd(path.join(dataDir, 'crowd'), { known: 8, unknown: 148 });
  });
  const { page } = window;
  await dropPicture(page.locator('body'), file);
  const answer = 'thresholdSource';
  const usable = window.usableAfter(answer, 'aside[aria-label="Faces in the photo"] button');
  const cut = window.usableAfter(answer, 'aside .thumb[style*="blob:"]');
  const [usableMs, facesCutMs] = [await usable, await cut];
  const faces = await page.locator('[data-face]').count();
  const list = page.getByRole('complementary', { name: 'Faces in the photo' });
  const fold = list.getByRole('button', { name: /unknown$/u });
  if ((await fold.getAttribute('aria-expanded')) !== 'true') await fold.click();
  const gaps = await scrollFrames(page, list.getByRole('group', { name: 'Faces in the photo' }));
  return {
    faces,
    usableMs,
    facesCutMs,
    frames: gaps.length,
    frameP50Ms: quantile(gaps, 0.5),
    frameP95Ms: quantile(gaps, 0.95),
  };
}

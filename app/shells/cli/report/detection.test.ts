import { expect, test } from 'vitest';
import type { DetectionEvaluation } from '../../../../contract/evaluation.ts';
import { samplePhoto } from '../../../services/testing/sample-portraits.ts';
import { detectionReport } from './detection.ts';

const group = (name: string, found: number) => ({
  ...{ group: name, photos: 10, faces: 10, found, recall: found / 10 },
  recallInterval: { low: 0.4, high: 0.95 },
});
const result: DetectionEvaluation = {
  ...{ model: 'small <detector>', photos: 20, files: 21, unused: [], faces: 20, found: 17 },
  ...{ recall: 0.85, recallInterval: { low: 0.64, high: 0.95 }, falseAlarmsPerPhoto: 0.05 },
  ...{ withoutFaces: { photos: 500, falseAlarms: 3 }, averagePrecision: 0.9 },
  groups: [group('a', 8), group('b', 9)],
  curve: [
    { score: 0.9, precision: 1, recall: 0.4 },
    { score: 0.6, precision: 0.95, recall: 0.85 },
  ],
  missed: [samplePhoto(1), '/photos/a/only the host can read.heic'],
  ...{ provider: 'cpu', elapsedMs: 1500, warnings: [] },
};

test('says how many are found by group, and shows what was missed or names it', async () => {
  const page = await detectionReport(result);
  expect(page).toContain('17 of 20');
  expect(page).toContain('3 in 500');
  expect(page.match(/data:image\/jpeg/gu)).toHaveLength(1);
  expect(page).toContain('a/only the host can read.heic');
  expect(page).toContain('small &lt;detector&gt;');
});

test('without boxes there is no curve, and with one group no table', async () => {
  const page = await detectionReport({
    ...result,
    ...{
      curve: [],
      averagePrecision: null,
      withoutFaces: null,
      groups: [group('', 8)],
      missed: [],
    },
  });
  expect(page).not.toMatch(/Precision and recall|By group|<h2>Missed/u);
});

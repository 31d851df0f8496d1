import { expect, test } from 'vitest';
import { evaluation } from '../testing/samples.ts';
import { evaluationReport } from './evaluation.ts';

const report = evaluationReport(evaluation);

test('the page shows the measured numbers', () => {
  const rates = ['99.33 %', '0.60 %', '96.10 %', '0.468', '1 of 300', '41.5 faces/s'];
  for (const shown of [...rates, '0.0049', '0.0057', '99.21 %', '199 mated pairs', '90 to 100 %'])
    expect(report).toContain(shown);
});

test('the page has a chart each for ROC, DET, distances and reliability, without a broken number', () => {
  expect(report.match(/<svg/gu)).toHaveLength(4);
  expect(report).not.toMatch(/NaN|Infinity|undefined/u);
});

test('the page asks for nothing from elsewhere', () => {
  expect(report).not.toMatch(/(src|href)="(?!data:)|@import|url\(|<script/u);
});

test('names from outside cannot become markup', () => {
  expect(report).toContain('Nobody &lt;0001&gt;.jpg');
  expect(report).not.toContain('<0001>');
});

test('an evaluation without mistakes has a report as well', () => {
  const curve = evaluation.curve.map(({ threshold }) => ({ threshold, fmr: 0, fnmr: 0 }));
  const flawless = evaluationReport({
    ...evaluation,
    curve,
    eer: 0,
    failures: 0,
    failedPhotos: [],
  });
  expect(flawless).not.toMatch(/NaN|Infinity|undefined/u);
});

test('a measurement without a probability to judge says nothing of it', () => {
  const without = evaluationReport({ ...evaluation, reliability: null });
  expect(without.match(/<svg/gu)).toHaveLength(3);
  expect(without).not.toContain('Brier');
});

import { parseArgs } from 'node:util';
import { measureAlignment } from './questions/alignment.ts';
import { measureCalibration } from './questions/calibration.ts';
import { paintContactSheet } from './questions/contact-sheet.ts';
import { measureFaces } from './questions/faces.ts';
import { measureFlood } from './questions/flood.ts';
import { measureFuzz } from './questions/fuzz.ts';
import { measureGallery } from './questions/gallery.ts';
import { measureHostile } from './questions/hostile.ts';
import { measureLive } from './questions/live.ts';
import type { Answer, Options } from './questions/question.ts';
import { measurePrintSize } from './questions/print-size.ts';
import { measureResponsiveness } from './questions/responsiveness.ts';
import { compareStyleEncoders } from './questions/style-encoders.ts';
import { measureStyle } from './questions/style.ts';
import { measureTraining } from './questions/training.ts';
import { measureWindow } from './questions/window.ts';

/** One file per question; `npm run bench -- <question> [--json]`. */
const questions: Readonly<Record<string, (options: Options) => Promise<Answer>>> = {
  alignment: measureAlignment,
  calibration: measureCalibration,
  'contact-sheet': paintContactSheet,
  faces: measureFaces,
  flood: measureFlood,
  fuzz: measureFuzz,
  gallery: measureGallery,
  hostile: measureHostile,
  live: measureLive,
  'print-size': measurePrintSize,
  responsiveness: measureResponsiveness,
  style: measureStyle,
  'style-encoders': compareStyleEncoders,
  training: measureTraining,
  window: measureWindow,
};

const words = process.argv.slice(2);
const asksForHelp = words.includes('--help');
const { positionals, values } = parseArgs({
  args: words.filter((word) => word !== '--help'),
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    images: { type: 'string' },
    minutes: { type: 'string' },
    size: { type: 'string' },
    steps: { type: 'string' },
    encoder: { type: 'string' },
    budget: { type: 'string' },
    mutants: { type: 'string' },
    seed: { type: 'string' },
  },
});
const usage = `Usage: npm run bench -- <question> [--json] [--images <root>] [--minutes <n>] [--size <pixels>]
         [--steps <n>] [--encoder <id>] [--budget <MB>] [--mutants <n>] [--seed <n>]

Questions:
${Object.keys(questions)
  .map((name) => `  ${name}`)
  .join('\n')}
`;
const ask = questions[positionals[0] ?? ''];
if (asksForHelp) process.stdout.write(usage);
else if (ask === undefined || positionals.length > 1) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const { json, minutes, size, steps, budget, mutants, seed, ...texts } = values;
  const { figures, lines } = await ask({
    ...texts,
    ...(minutes !== undefined && { minutes: Number(minutes) }),
    ...(size !== undefined && { size: Number(size) }),
    ...(steps !== undefined && { steps: Number(steps) }),
    ...(budget !== undefined && { budget: Number(budget) }),
    ...(mutants !== undefined && { mutants: Number(mutants) }),
    ...(seed !== undefined && { seed: Number(seed) }),
  });
  process.stdout.write(json === true ? `${JSON.stringify(figures)}\n` : `${lines.join('\n')}\n`);
}

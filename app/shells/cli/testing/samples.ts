import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Quality } from '../../../../contract/values.ts';

/** Outputs as services would give them. */

export const quality: Quality = {
  score: 0.82,
  reasons: ['the face is turned to the side'],
  flaws: ['turned'],
  measures: {
    eyeDistance: 61,
    sharpness: 0.7,
    exposure: 0.9,
    yaw: 24,
    pitch: 3,
    roll: -2,
    detection: 0.97,
  },
};

export const box = { x: 412, y: 233, width: 120, height: 131 };

const ran = { provider: 'cpu' as const, elapsedMs: 128, warnings: [] as string[] };

export const detection: CommandOutput<'faces.detect'> = {
  width: 1920,
  height: 1280,
  faces: [{ box, score: 0.97, landmarks: Array.from({ length: 68 }, () => [1, 2]), quality }],
  notes: [],
  ...ran,
};

export const identification: CommandOutput<'identification.identify'> = {
  width: 1920,
  height: 1280,
  model: 'face-recognition',
  threshold: 0.468,
  thresholdSource: { kind: 'model' },
  faces: [
    {
      box,
      score: 0.97,
      quality,
      decision: 'identified',
      matches: [{ personId: 1, name: 'Ada', distance: 0.381, probability: 0.981 }],
    },
    { box, score: 0.91, quality, decision: 'unknown', matches: [] },
  ],
  notes: [],
  ...ran,
};

export const verification: CommandOutput<'verification.verify'> = {
  model: 'face-recognition',
  chips: null,
  distance: 0.7,
  threshold: 0.533,
  same: false,
  probability: 0.02,
  notes: [],
  ...ran,
};

export const enrollment: CommandOutput<'enrollment.enroll'> = {
  person: { id: 1, name: 'Ada' },
  enrolled: 1,
  alreadyEnrolled: 0,
  refused: [{ file: 'b.jpg', code: 'no_face', message: 'No face was found in b.jpg.' }],
  notes: [],
  alike: [],
  ...ran,
};

export const ada = {
  id: 1,
  name: 'Ada',
  templates: 2,
  portrait: null,
  hidden: false,
  createdAt: '2026-03-01T10:00:00.000Z',
};

export const deletion: CommandOutput<'people.delete'> = {
  deleted: ada,
  undo: '00000000-0000-4000-8000-000000000000',
  receipt: {
    templates: 2,
    consents: 0,
    activity: 1,
    portraits: 2,
    attendance: 0,
    impostors: 0,
    copies: 0,
    scrubbed: true,
    obstacle: null,
    remaining: [],
  },
};

export const model: CommandOutput<'models.list'>['models'][number] = {
  id: 'face-recognition',
  name: 'Face recognition',
  version: '1',
  role: 'encoder',
  origin: 'built-in',
  state: 'ready',
  active: true,
  recommended: true,
  bytes: 22_500_000,
  sha256: 'ab'.repeat(32),
  license: 'MIT',
  source: 'a package',
};

export const health: CommandOutput<'diagnostics.doctor'> = {
  version: '0.1.0',
  node: 'v24.0.0',
  platform: 'linux x64',
  runtime: '1.30.0',
  providers: [
    {
      provider: 'cpu',
      available: true,
      proven: true,
      maxAbsDifference: 0,
      milliseconds: 4,
      finding: 'agrees',
      message: 'the reference',
    },
  ],
  models: [model],
  database: {
    file: '/data/likeness.db',
    schemaVersion: 1,
    integrity: 'ok',
    people: 1,
    templates: 2,
    damagedTemplates: 0,
  },
  warnings: [],
  ok: true,
};

export const evaluation: CommandOutput<'evaluation.run'> = {
  model: 'face-recognition 1',
  pairs: 1200,
  mated: 200,
  nonMated: 1000,
  photos: 300,
  failures: 1,
  failedPhotos: ['Nobody <0001>.jpg'],
  files: 3,
  unused: [{ file: 'Nobody <0001>.jpg', code: 'no_face', message: 'No face was found.' }],
  failedPairs: { mated: 1, nonMated: 3 },
  accuracy: 0.9933,
  accuracyStd: 0.004,
  accuracyStandardError: 0.0013,
  eer: 0.006,
  tarAtFar: { '0.01': 0.993, '0.001': 0.961, '0.0001': 0.85 },
  thresholdAtFar: { '0.01': 0.606, '0.001': 0.533, '0.0001': 0.468 },
  threshold: 0.595,
  probability: { midpoint: 0.55, slope: 20 },
  reliability: {
    source: 'verifier',
    prior: 0.2,
    mated: 199,
    nonMated: 997,
    brier: 0.0057,
    ece: 0.0049,
    accuracy: 0.9921,
    bins: [
      { from: 0, to: 0.5, mated: 2, nonMated: 990, share: 0.5, stated: 0.01, observed: 0.02 },
      { from: 0.5, to: 0.9, mated: 0, nonMated: 0, share: 0, stated: null, observed: null },
      { from: 0.9, to: 1, mated: 197, nonMated: 7, share: 0.5, stated: 0.99, observed: 0.98 },
    ],
  },
  identification: {
    gallery: 50,
    matedSearches: 100,
    nonMatedSearches: 100,
    points: [
      { threshold: 0.4, fpir: 0.01, fnir: 0.2 },
      { threshold: 0.5, fpir: 0.1, fnir: 0.05 },
    ],
  },
  facesPerSecond: 41.5,
  curve: Array.from({ length: 101 }, (_, i) => ({
    threshold: i / 80,
    fmr: 1 / (1 + Math.exp(-(i - 70) / 4)),
    fnmr: 1 / (1 + Math.exp((i - 42) / 3)),
  })),
  histogram: {
    edges: [0, 0.25, 0.5, 0.75, 1],
    mated: [80, 110, 10, 0],
    nonMated: [0, 10, 590, 400],
  },
  ...ran,
};

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { PaintingResult, PaintingSettings } from '../../../contract/paintings.ts';
import { activityKinds } from '../../../contract/application.ts';
import {
  endJob,
  insertActivity,
  insertConsent,
  insertJob,
  insertPerson,
  insertPortrait,
  insertTemplate,
  noteAttendance,
  openStore,
  type ModelKey,
  type WritableStore,
} from '../../../db/store.ts';

/** Names as people have them: short, long, and in many scripts. None of them is anybody's. */
const GIVEN = [
  ...[
    'Bo',
    'Li',
    'Ada',
    'Ida',
    'Zoë',
    'Øystein',
    'Mariangela',
    'Maximiliane-Theodora',
    'Bartholomäus',
  ],
  ...[
    'Nguyễn Thị',
    'Олександра',
    'Владислав',
    'Χρυσάνθη',
    'فاطمة',
    'عبد الرحمن',
    'נחמיה',
    'अनिरुद्ध',
  ],
  ...['சரஸ்வதி', 'ปิยะพร', '美咲', '子涵', '서연', 'ሰላማዊት', 'თამარ', 'Աստղիկ', 'Jean-Baptiste'],
];
const FAMILY = [
  ...['Ek', 'Ås', 'Kim', 'Lovelace', 'O’Shaughnessy', 'García Márquez de la Vega', 'Þórðardóttir'],
  ...[
    'von Hohenstein-Wittgenstein zu Berleburg',
    'Wolfeschlegelsteinhausenbergerdorff',
    'Ковальчук',
  ],
  ...[
    'Παπαδοπούλου',
    'بن سليمان',
    'בן־גוריון',
    'शर्मा',
    'இராமச்சந்திரன்',
    'ศรีสุวรรณ',
    '佐々木',
    '欧阳',
    '김',
  ],
];

/** Names that these parts make before one comes again; then there is a "Bo Ek 2". */
const DISTINCT = 300;

/** The name of the person of that number, which nobody else has. */
export function fullHouseName(number: number): string {
  const [round, at] = [Math.floor(number / DISTINCT), number % DISTINCT];
  const given = GIVEN[at % GIVEN.length]!;
  const family = FAMILY[(at * 7 + Math.floor(at / GIVEN.length)) % FAMILY.length]!;
  return `${given} ${family}${round === 0 ? '' : ` ${round + 1}`}`;
}

export interface FullHouse {
  readonly people: number;
  readonly activities: number;
  readonly paintings: number;
}

/**
 * Fills the database of a data folder that no process has open with people who do not exist: drawn
 * portraits, made-up encodings of `model`, a log, attendance, and paintings with drawn files.
 */
export async function fillHouse(
  dataDir: string,
  model: ModelKey & { readonly dimension: number },
  { people, activities, paintings }: FullHouse,
): Promise<void> {
  const portraits = await Promise.all(Array.from({ length: 24 }, (_, n) => drawnPortrait(n)));
  const folder = path.join(dataDir, 'drawn');
  mkdirSync(folder, { recursive: true });
  const pictures = await Promise.all(
    Array.from({ length: paintings }, async (_, n) => {
      const file = path.join(folder, `A picture with a name that goes on and on, number ${n}.jpg`);
      writeFileSync(file, await drawnPicture(n));
      return file;
    }),
  );
  const store = openStore({ dataDir });
  try {
    store.write((tables) => {
      const ids = Array.from({ length: people }, (_, n) =>
        movePersonIn(tables, model, portraits[n % portraits.length]!, n),
      );
      keepLog(tables, ids, activities);
      pictures.forEach((file, n) => hangPainting(tables, file, n));
    });
  } finally {
    store.close();
  }
}

const START = Date.UTC(2026, 2, 1, 9);
const HOUR = 3_600_000;
const at = (hours: number): string => new Date(START + hours * HOUR).toISOString();

function movePersonIn(
  store: WritableStore,
  model: ModelKey & { readonly dimension: number },
  jpeg: Uint8Array<ArrayBuffer>,
  number: number,
): number {
  const { id } = insertPerson(store, fullHouseName(number), at(number));
  const photos = number === 0 ? 40 : 1 + (number % 4);
  for (let photo = 0; photo < photos; photo++) {
    const template = insertTemplate(store, {
      personId: id,
      model,
      encoding: encodingOf(number * 100 + photo, model.dimension),
      quality: 0.35 + ((number + photo) % 13) / 20,
      photoHash: (number * 100 + photo).toString(16).padStart(64, '0'),
      source: `/home/somebody/Pictures/Holidays by the sea, second week/IMG_${number}_${photo}.jpg`,
      createdAt: at(number),
    });
    // Every ninth person's photos were not kept.
    if (template !== undefined && number % 9 !== 8) insertPortrait(store, { template, jpeg }, id);
  }
  if (number % 5 === 0)
    insertConsent(store, id, {
      note: 'Agreed in writing on the first day; the form is in the third folder of the office.',
      createdAt: at(number),
    });
  return id;
}

/** Of length 1, and far from everybody else's. */
function encodingOf(seed: number, dimension: number): Float32Array {
  const raw = Float32Array.from({ length: dimension }, (_, i) =>
    Math.sin(seed * 7919 + i * i * 0.37),
  );
  const length = Math.hypot(...raw);
  return raw.map((value) => value / length);
}

function keepLog(store: WritableStore, ids: readonly number[], entries: number): void {
  for (let n = 0; n < entries; n++) {
    const kind = activityKinds[n % activityKinds.length]!;
    const personId =
      kind === 'deleted' || kind === 'settings-changed' ? null : (ids[n % ids.length] ?? null);
    const counts = { enrolled: n % 7, refused: n % 3, photos: 1 + (n % 4), changed: 1 + (n % 2) };
    insertActivity(store, { kind, personId, counts, createdAt: at(400 + n) });
  }
  ids.slice(0, 60).forEach((personId, n) => {
    const day = at(400 + n).slice(0, 10);
    noteAttendance(store, {
      personId,
      day,
      firstSeen: at(400 + n),
      lastSeen: at(401 + n),
      zone: '',
    });
  });
}

function hangPainting(store: WritableStore, file: string, number: number): void {
  const settings: PaintingSettings = {
    content: file,
    styles: [{ path: file, weight: 1 }],
    size: 512,
    steps: 300,
    styleStrength: 1,
    styleScale: 1,
    loss: 'gram',
    optimizer: 'adam',
    keepColors: 'none',
    initial: 'content',
    seed: number,
  };
  const beat = { runner: 'nobody', at: at(500 + number) };
  const id = insertJob(store, { settings, output: file, previewFile: null }, beat);
  const losses = { content: 120.5, style: 2100.25, totalVariation: 3.5 };
  const result: PaintingResult = {
    output: file,
    width: 512,
    height: 384,
    encoder: 'style-likeness',
    provider: 'cpu',
    steps: 300,
    losses,
    elapsedMs: 95_000,
    secondsPerStep: 0.31,
    peakMemoryMb: 912,
    predictedMemoryMb: 900,
    tiles: 1,
    warnings: [],
  };
  const error = {
    code: 'disk_full',
    message: 'There is no space left on the disk for the painting; free some and continue.',
    details: {},
  } as const;
  const end =
    number % 4 === 3
      ? ({ state: 'failed', error } as const)
      : number % 4 === 2
        ? ({ state: 'paused' } as const)
        : ({ state: 'done', result } as const);
  endJob(store, id, end, beat);
}

/** A round head on a plain ground. */
const drawnPortrait = (number: number): Promise<Uint8Array<ArrayBuffer>> =>
  drawn(
    150,
    150,
    `<rect width="150" height="150" fill="hsl(${number * 53} 30% 62%)"/>
     <ellipse cx="75" cy="178" rx="66" ry="62" fill="hsl(${number * 97} 35% 40%)"/>
     <ellipse cx="75" cy="72" rx="${34 + (number % 5)}" ry="${42 + (number % 7)}" fill="hsl(${20 + (number % 9) * 3} 45% ${38 + (number % 6) * 7}%)"/>
     <circle cx="62" cy="66" r="4" fill="#222"/><circle cx="88" cy="66" r="4" fill="#222"/>
     <path d="M60 92 Q75 ${98 + (number % 6)} 90 92" stroke="#222" stroke-width="3" fill="none"/>`,
  );

/** Hills under a sky. */
const drawnPicture = (number: number): Promise<Uint8Array<ArrayBuffer>> =>
  drawn(
    512,
    384,
    `<rect width="512" height="384" fill="hsl(${200 + number * 17} 55% 70%)"/>
     <circle cx="${80 + number * 40}" cy="90" r="40" fill="hsl(45 90% 65%)"/>
     <path d="M0 260 Q130 150 260 250 T512 220 V384 H0 Z" fill="hsl(${110 + number * 31} 35% 42%)"/>
     <path d="M0 320 Q160 230 300 320 T512 300 V384 H0 Z" fill="hsl(${90 + number * 31} 40% 30%)"/>`,
  );

async function drawn(
  width: number,
  height: number,
  content: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`;
  return new Uint8Array(await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer());
}

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { LikenessError } from '../../contract/errors.ts';
import {
  realApplication,
  type RealApplication,
} from '../../app/services/testing/real-application.ts';
import type { Answer, Options } from './question.ts';

/** Longer than this, whoever waits takes it for hung. */
const MOST_SECONDS = 10;
const USUAL_MUTANTS = 5000;

const root = path.resolve(import.meta.dirname, '../..');

/** One sound file, and what reads it. */
interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
  readonly read: (app: RealApplication, file: string, signal: AbortSignal) => Promise<unknown>;
}

export interface Finding {
  readonly mutant: number;
  readonly seed: string;
  readonly problem: string;
}

export interface FuzzFigures {
  readonly seed: number;
  readonly mutants: number;
  readonly read: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Hangs, and errors without a code or of a crash. */
  readonly findings: readonly Finding[];
  readonly slowestSeconds: number;
  /** The most that any process held, 10⁶ bytes; 0 where the system does not say. */
  readonly peakMb: number;
}

/**
 * Gives damaged files of every kind to whatever reads them, through the services and a real host. The
 * same seed gives the same files.
 *
 * @param mostSeconds longer counts as a hang; on a machine that is busy with something else, minutes
 */
export async function fuzz(
  mutants: number,
  seed: number,
  mostSeconds = MOST_SECONDS,
): Promise<FuzzFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-fuzz-'));
  try {
    await using app = realApplication(path.join(folder, 'data'));
    const seeds = await seedsOf(app, folder);
    const refused: Record<string, number> = {};
    const findings: Finding[] = [];
    let [read, slowest, peak] = [0, 0, 0];
    for (let mutant = 0; mutant < mutants; mutant++) {
      const random = randomOf(seed * 1_000_003 + mutant);
      const { name, bytes, read: give } = seeds[mutant % seeds.length]!;
      const file = path.join(folder, name);
      writeFileSync(file, mutated(bytes, random));
      const begun = performance.now();
      const code = await codeOf(give(app, file, AbortSignal.timeout(2 * mostSeconds * 1000)));
      const seconds = (performance.now() - begun) / 1000;
      slowest = Math.max(slowest, seconds);
      if (code === undefined) read += 1;
      else refused[code] = (refused[code] ?? 0) + 1;
      const problem = problemOf(code, seconds, mostSeconds);
      if (problem !== undefined) findings.push({ mutant, seed: name, problem });
      if (mutant % 50 === 0 || mutant === mutants - 1) peak = Math.max(peak, peakOfProcesses());
      // What was imported in earnest must not take part from now on.
      rmSync(path.join(folder, 'data', 'models'), { recursive: true, force: true });
    }
    const figures = { seed, mutants, read, refused, findings };
    return { ...figures, slowestSeconds: slowest, peakMb: peak };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npm run bench -- fuzz [--mutants <n>] [--seed <n>]` */
export async function measureFuzz({ mutants = USUAL_MUTANTS, seed = 1 }: Options): Promise<Answer> {
  process.stderr.write(`Seed ${seed}, ${mutants} mutants\n`);
  const figures = await fuzz(mutants, seed);
  const { refused, read, findings, slowestSeconds, peakMb } = figures;
  const codes = Object.entries(refused).map(([code, count]) => `  ${code}: ${count}`);
  return {
    figures,
    lines: [
      `Seed ${seed}: ${mutants} mutants, ${read} read, the others refused as`,
      ...codes,
      `Slowest ${slowestSeconds.toFixed(1)} s, at most ${peakMb.toFixed(0)} MB in a process`,
      `${findings.length} findings`,
      ...findings.map(({ mutant, seed: name, problem }) => `  ${mutant} ${name}: ${problem}`),
    ],
  };
}

function problemOf(
  code: string | undefined,
  seconds: number,
  mostSeconds: number,
): string | undefined {
  if (seconds > mostSeconds) return `took ${seconds.toFixed(1)} s`;
  const isUntyped = code === undefined ? false : /^(internal|host_|untyped|cancelled)/u.test(code);
  return isUntyped ? code : undefined;
}

async function codeOf(reading: Promise<unknown>): Promise<string | undefined> {
  try {
    await reading;
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof LikenessError)) return `untyped ${String(thrown)}`;
    return thrown.code === 'internal' ? `internal ${thrown.message}` : thrown.code;
  }
}

async function seedsOf(app: RealApplication, folder: string): Promise<readonly Seed[]> {
  const models = path.join(root, 'dist', 'models');
  const manifest = readFileSync(path.join(models, 'detector-tiny.json'));
  const detector = readFileSync(path.join(models, 'detector-tiny.onnx'));
  const sound = path.join(folder, 'sound.onnx');
  writeFileSync(sound, detector);
  const soundManifest = path.join(folder, 'sound.json');
  const named = { ...(JSON.parse(String(manifest)) as object), id: 'fuzzed' };
  writeFileSync(soundManifest, JSON.stringify(named));
  const backup = path.join(folder, 'backup.db');
  await app.dispatch('backup.create', { file: backup });
  const person = path.join(folder, 'people', 'Ada');
  mkdirSync(person, { recursive: true });
  writeFileSync(path.join(person, 'Ada_0001.jpg'), '');
  const pictures = await picturesOf();
  const importing =
    (propose: boolean): Seed['read'] =>
    (running, file, signal) =>
      running.dispatch(
        'models.import',
        { file, propose, ...(propose ? {} : { manifest: soundManifest }) },
        { signal },
      );
  const others: Seed[] = [
    { name: 'proposed.onnx', bytes: detector, read: importing(true) },
    { name: 'imported.onnx', bytes: detector, read: importing(false) },
    {
      name: 'manifest.json',
      bytes: Buffer.from(JSON.stringify(named)),
      read: (running, file, signal) =>
        running.dispatch('models.import', { file: sound, manifest: file }, { signal }),
    },
    {
      name: 'pairs.txt',
      bytes: Buffer.from('1\t2\nAda\t1\t2\nAda\t2\t3\nAda\t1\tBert\t1\nAda\t2\tBert\t1\n'),
      read: (running, file, signal) =>
        running.dispatch(
          'evaluation.run',
          { images: path.join(folder, 'people'), comparisons: { kind: 'pairs', file } },
          { signal },
        ),
    },
    {
      name: 'mutant.db',
      bytes: readFileSync(backup),
      read: (running, file, signal) => running.dispatch('backup.restore', { file }, { signal }),
    },
  ];
  // As many models as pictures: those are the longer files.
  return pictures.flatMap((picture, i) => [picture, others[i % others.length]!]);
}

/** Every format, small; some are looked through for faces as well. */
async function picturesOf(): Promise<readonly Seed[]> {
  const photo = path.join(root, 'node_modules/@vladmandic/face-api/demo/sample6.jpg');
  const small = () => sharp(photo).resize(96, 64).keepExif().withIccProfile('p3');
  const testing = path.join(root, 'native-models/images/testing');
  const files: Readonly<Record<string, Buffer>> = {
    'a.jpg': await small().jpeg().toBuffer(),
    'progressive.jpg': await small().jpeg({ progressive: true }).toBuffer(),
    'a.png': await small().png().toBuffer(),
    'palette.png': await small().png({ palette: true }).toBuffer(),
    'a.webp': await small().webp().toBuffer(),
    'a.avif': await small().avif({ effort: 0 }).toBuffer(),
    'a.tif': await small().tiff({ compression: 'lzw' }).toBuffer(),
    'tiled.tif': await small().tiff({ tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
    'a.gif': await small().gif().toBuffer(),
    'a.heic': readFileSync(path.join(testing, 'drawn-p3.heic')),
    'turned.heic': readFileSync(path.join(testing, 'drawn-turned.heic')),
    'a.bmp': bitmap(96, 64, 24),
    'mapped.bmp': bitmap(96, 64, 8),
  };
  return Object.entries(files).map(([name, bytes], i) => ({
    name,
    bytes,
    read: (app, file, signal) =>
      i % 3 === 0
        ? app.dispatch('faces.detect', { image: { path: file } }, { signal })
        : app.dispatch('pictures.show', { image: { path: file }, size: 64 }, { signal }),
  }));
}

function bitmap(width: number, height: number, bits: 8 | 24): Buffer {
  const palette = bits === 8 ? 1024 : 0;
  const row = Math.ceil((width * bits) / 32) * 4;
  const bytes = Buffer.alloc(54 + palette + row * height, 90);
  bytes.fill(0, 0, 54);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(54 + palette, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(bits, 28);
  return bytes;
}

type Random = (below: number) => number;

/** Numbers below 2⁴ … that decoders stumble over. */
const AWKWARD = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff] as const;

/** A few damages, most of them near the beginning, where the headers are. */
function mutated(sound: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(sound);
  for (let left = 1 + random(6); left > 0; left--) {
    const reach = random(3) === 0 ? bytes.length : Math.min(bytes.length, 400);
    const at = random(Math.max(1, reach));
    const kind = random(7);
    if (kind === 0) bytes = bytes.subarray(0, at);
    else if (kind === 1)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(64))]);
    else if (kind === 2) {
      const piece = bytes.subarray(at, at + 1 + random(256));
      bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    } else if (kind === 3 && at + 4 <= bytes.length) {
      const value = AWKWARD[random(AWKWARD.length)]!;
      if (random(2) === 0) bytes.writeUInt32LE(value, at);
      else bytes.writeUInt32BE(value, at);
    } else if (kind === 4) bytes.subarray(at, at + 1 + random(32)).fill(random(256));
    else if (at < bytes.length) bytes[at] = bytes[at]! ^ (1 << random(8));
  }
  return bytes;
}

/** mulberry32: the same numbers for the same seed everywhere. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Of the hosts below this process, as Linux counts it. */
function peakOfProcesses(): number {
  if (process.platform !== 'linux') return 0;
  const parentOf = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]!;
    } catch {
      return '';
    }
  };
  const peakOf = (pid: string): number => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return (Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1] ?? 0) * 1024) / 1e6;
    } catch {
      return 0;
    }
  };
  const children = readdirSync('/proc').filter((pid) => parentOf(pid) === String(process.pid));
  return Math.max(0, ...children.map(peakOf));
}

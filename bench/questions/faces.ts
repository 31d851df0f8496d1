import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Box } from '../../contract/values.ts';
import type { ModelHost } from '../../app/model-host/types.ts';
import { samplePhotos, type MarkedPhoto } from '../data/sample-photos.ts';
import { measureEncoderPeak } from '../measure/peak.ts';
import { builtInModels, startHost, timeCommand } from '../measure/product.ts';
import { addCounts, countDetections, type DetectionCount } from '../measure/recall.ts';
import { interleave, median, type Timed } from '../measure/timing.ts';
import { FaceApiPeer, type PeerDetector } from '../peers/face-api.ts';
import type { Answer } from './question.ts';

const ROUNDS = 7;
const REST_MS = 500;
/** As evaluation and import keep them under way: one computes, the next are read and decoded. */
const PHOTOS_UNDER_WAY = 3;
const COLD_STARTS = 5;

/**
 * How fast and how completely faces are found and encoded, side by side with face-api.js on
 * WebAssembly: both decode (with sharp), detect, find landmarks and encode every face of six
 * photos, in turn. Then the encoder's share of the machine's peak, a video, and a cold start.
 */
export async function measureFaces(): Promise<Answer> {
  await using started = await startHost();
  const photos = samplePhotos();
  const peer = await FaceApiPeer.load();
  const rounds = await interleave(
    {
      likeness: () => analyzeAll(started.host, photos),
      ssd: () => peerAnalyses(peer, photos, { kind: 'ssd' }),
      tiny: () => peerAnalyses(peer, photos, { kind: 'tiny', inputSize: 416 }),
    },
    ROUNDS,
    REST_MS,
  );
  const frameP50Ms = median(await timeFrames(started.host, photos[0]!.file));
  const peak = await measureEncoderPeak(
    await readFile(path.join(builtInModels, 'encoder-resnet29.onnx')),
  );
  const coldStartMs = median(await coldStarts(started.dataDir, photos[0]!.file));

  const [likeness, ssd, tiny] = [rounds.likeness, rounds.ssd, rounds.tiny].map(summarize);
  const best = tiny!.found.found > ssd!.found.found ? tiny! : ssd!;
  const figures = {
    photosPerSecond: { likeness: likeness!.speed, faceApi: best.speed },
    speedup: likeness!.speed / best.speed,
    facesFound: { likeness: likeness!.found.found, faceApi: best.found.found },
    encoderPeakShare: peak.share,
    frameP50Ms,
    coldStartMs,
    faces: likeness!.found.marked,
    falseAlarms: { likeness: likeness!.found.false, faceApi: best.found.false },
    peers: {
      ssd: { photosPerSecond: ssd!.speed, facesFound: ssd!.found.found },
      tiny416: { photosPerSecond: tiny!.speed, facesFound: tiny!.found.found },
    },
    gflops: { matMul: peak.matMul, convolution: peak.convolution, encoder: peak.encoder },
  };
  return { figures, lines: inWords(figures) };
}

interface Summary {
  /** Photos per second, median round. */
  readonly speed: number;
  readonly found: DetectionCount;
}

function summarize({ times, result }: Timed<readonly DetectionCount[]>): Summary {
  return { speed: (result.length * 1000) / median(times), found: addCounts(result) };
}

async function analyzeAll(
  host: ModelHost,
  photos: readonly MarkedPhoto[],
): Promise<DetectionCount[]> {
  const counts: DetectionCount[] = [];
  const waiting = photos.entries();
  const work = async (): Promise<void> => {
    for (const [index, { file, faces }] of waiting) {
      const analysis = await host.request('analyze', {
        image: { path: file },
        encode: 'all',
        subject: 'largest',
      });
      counts[index] = countDetections(faces, analysis.faces.map(boxOf));
    }
  };
  await Promise.all(Array.from({ length: PHOTOS_UNDER_WAY }, work));
  return counts;
}

async function peerAnalyses(
  peer: FaceApiPeer,
  photos: readonly MarkedPhoto[],
  detector: PeerDetector,
): Promise<DetectionCount[]> {
  const counts: DetectionCount[] = [];
  for (const { file, faces } of photos) {
    const { data, info } = await sharp(file)
      .rotate()
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const found = await peer.analyze({ width: info.width, height: info.height, data }, detector);
    counts.push(countDetections(faces, found.map(boxOf)));
  }
  return counts;
}

const boxOf = ({ box }: { readonly box: Box }): Box => box;

const FRAMES = 90;
const FRAME = { width: 640, height: 480 };

/** A camera that pans slowly over a photo: 640×480 JPEG frames, decoded, searched and followed. */
async function timeFrames(host: ModelHost, file: string): Promise<number[]> {
  const frames = await panOver(file);
  const times: number[] = [];
  for (const frame of frames) {
    const before = performance.now();
    await host.request('track', { stream: 'bench', frame, top: 1 });
    times.push(performance.now() - before);
  }
  await host.request('endTrack', { stream: 'bench' });
  return times.slice(5);
}

async function panOver(file: string): Promise<Uint8Array[]> {
  const scene = await sharp(file).resize({ width: 820 }).toBuffer();
  const offsets = Array.from({ length: FRAMES }, (_, i) => i);
  return Promise.all(
    offsets.map((left) =>
      sharp(scene)
        .extract({ left, top: 30, ...FRAME })
        .jpeg({ quality: 85 })
        .toBuffer(),
    ),
  );
}

async function coldStarts(dataDir: string, photo: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i <= COLD_STARTS; i++)
    times.push(await timeCommand(['identify', photo, '--json', '--data-dir', dataDir]));
  // The first one builds what changed and fills the compile cache.
  return times.slice(1);
}

interface Figures {
  readonly photosPerSecond: { readonly likeness: number; readonly faceApi: number };
  readonly speedup: number;
  readonly faces: number;
  readonly facesFound: { readonly likeness: number; readonly faceApi: number };
  readonly peers: Readonly<
    Record<'ssd' | 'tiny416', { readonly photosPerSecond: number; readonly facesFound: number }>
  >;
  readonly encoderPeakShare: number;
  readonly gflops: {
    readonly matMul: number;
    readonly convolution: number;
    readonly encoder: number;
  };
  readonly frameP50Ms: number;
  readonly coldStartMs: number;
}

function inWords(figures: Figures): string[] {
  const { photosPerSecond, facesFound, peers, gflops, faces } = figures;
  const row = (name: string, speed: number, found: number): string =>
    `  ${name.padEnd(38)} ${speed.toFixed(2).padStart(7)} photos/s   ${found} of ${faces} faces`;
  return [
    'Six photos: decode, detect, landmarks, encode; in turn, medians of rounds',
    row('Likeness (host process, CPU)', photosPerSecond.likeness, facesFound.likeness),
    row('face-api.js, WebAssembly, SSD', peers.ssd.photosPerSecond, peers.ssd.facesFound),
    row(
      'face-api.js, WebAssembly, tiny 416',
      peers.tiny416.photosPerSecond,
      peers.tiny416.facesFound,
    ),
    `  ${figures.speedup.toFixed(1)} times the speed of the peer that finds more`,
    `Encoder at batch 8: ${gflops.encoder.toFixed(0)} GFLOP/s, ${(figures.encoderPeakShare * 100).toFixed(0)} % of the peak` +
      ` (MatMul 2048³ ${gflops.matMul.toFixed(0)}, convolution ${gflops.convolution.toFixed(0)})`,
    `Frame of 640×480, decoded, searched, followed: p50 ${figures.frameP50Ms.toFixed(1)} ms`,
    `Cold start of \`likeness identify\`: ${figures.coldStartMs.toFixed(0)} ms`,
  ];
}

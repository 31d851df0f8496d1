import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  FaceApiPeer,
  type PeerDetection,
  type PeerDetector,
} from '../../../bench/peers/face-api.ts';
import { decodeDetections, suppressNonMaxima } from '../../faces/detect.ts';
import { intersectionOverUnion } from '../../../foundation/geometry.ts';
import type { TensorOf } from '../../graph/tensor.ts';
import { decodeImage } from '../../images/decode.ts';
import { resizeImage } from '../../images/resampling.ts';
import {
  coveringRegion,
  cropImage,
  imagesToTensor,
  type RgbImage,
} from '../../images/rgb-image.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { Runtime } from '../../runtime/runtime.ts';
import type { OrtSession } from '../../runtime/session.ts';
import type { FaceApiNetwork } from './networks.ts';
import { buildNetwork } from './testing/build-network.ts';
import { faceApiModelFolder } from './weights.ts';

/** One of our networks, fed as its manifest says. */
interface Network {
  readonly manifest: FaceApiNetwork['manifest'];
  readonly session: OrtSession;
}

/** Ours beside @vladmandic/face-api on WebAssembly, with the same pixels of real photos. */
describe('the converted networks compute what face-api computes', () => {
  let peer: FaceApiPeer;
  let photos: readonly RgbImage[];
  let faces: readonly RgbImage[];

  beforeAll(async () => {
    peer = await FaceApiPeer.load();
    photos = await readPhotos();
    faces = await cropFaces(peer, photos);
  });

  it('on WebAssembly, with a face in every photo', () => {
    expect(peer.backend).toBe('wasm');
    expect(faces.length).toBeGreaterThanOrEqual(photos.length);
  });

  it('encoder: largest difference ≤ 1e-3', async () => {
    const chips = await resizeAll(faces, 150);
    const theirs = await mapInTurn(chips, (chip) => peer.encoding(chip));
    const { encoding } = await run(await open('encoder-resnet29'), chips);
    expect(largestDifference(encoding!, theirs)).toBeLessThanOrEqual(1e-3);
  });

  it('landmarks: largest difference ≤ 1e-3', async () => {
    const chips = await resizeAll(faces, 112);
    const theirs = await mapInTurn(chips, (chip) => peer.landmarks(chip));
    const { landmarks } = await run(await open('landmarks-68'), chips);
    expect(largestDifference(landmarks!, theirs)).toBeLessThanOrEqual(1e-3);
  });

  it.each([416, 320, 224])('small detector at %i pixels: the same grid', async (side) => {
    const squares = await resizeAll(photos, side);
    const theirs = await mapInTurn(squares, (square) => peer.tinyGrid(square));
    const { grid } = await run(await open('detector-tiny'), squares);
    expect(largestDifference(grid!, theirs)).toBeLessThanOrEqual(1e-3);
  });

  it('small detector: the same faces, boxes IoU ≥ 0.99', async () => {
    const squares = await resizeAll(photos, 416);
    await expectSameFaces('detector-tiny', squares, { kind: 'tiny', inputSize: 416 });
  });

  it('SSD: the same boxes and scores before suppression', async () => {
    const squares = await resizeAll(photos, 512);
    const theirs = await mapInTurn(squares, (square) => peer.ssdBoxes(square));
    const { boxes, scores } = await run(await open('detector-ssd'), squares);
    expect(
      largestDifference(
        boxes!,
        theirs.map((found) => found.boxes),
      ),
    ).toBeLessThanOrEqual(1e-3);
    expect(
      largestDifference(
        scores!,
        theirs.map((found) => found.scores),
      ),
    ).toBeLessThanOrEqual(1e-3);
  });

  it('SSD: the same faces, boxes IoU ≥ 0.99', async () => {
    await expectSameFaces('detector-ssd', await resizeAll(photos, 512), { kind: 'ssd' });
  });

  async function expectSameFaces(
    id: string,
    squares: readonly RgbImage[],
    detector: PeerDetector,
  ): Promise<void> {
    const network = await open(id);
    const ours = await detect(network, squares);
    for (const [index, square] of squares.entries()) {
      const theirs = await peer.detect(square, detector);
      expect(ours[index]).toHaveLength(theirs.length);
      for (const face of theirs)
        expect(bestOverlap(face, ours[index]!, square)).toBeGreaterThanOrEqual(0.99);
    }
  }
});

async function open(id: string): Promise<Network> {
  const { graph, manifest } = await buildNetwork(id);
  const bytes = writeOnnx(graph);
  return { manifest, session: await new Runtime({ provider: 'cpu' }).open({ bytes, name: id }) };
}

async function run(
  { manifest, session }: Network,
  images: readonly RgbImage[],
): Promise<Readonly<Record<string, TensorOf<'float32'>>>> {
  const batch = images.map((image) => ({ image, mirrored: false }));
  const { dims, data } = imagesToTensor(batch, manifest.input);
  const outputs = await session.run({ image: { type: 'float32', shape: dims, data } });
  return outputs as Readonly<Record<string, TensorOf<'float32'>>>;
}

async function detect(
  network: Network,
  squares: readonly RgbImage[],
): Promise<readonly PeerDetection[][]> {
  const { task } = network.manifest;
  if (task.role !== 'detector') throw new TypeError(`${network.manifest.id} detects nothing.`);
  const outputs = Object.entries(await run(network, squares)).map(
    ([name, { shape, data }]) => [name, { dims: shape, data }] as const,
  );
  const found = decodeDetections(
    task.decode,
    Object.fromEntries(outputs),
    squares.length,
    squares[0]!,
    task.scoreThreshold,
  );
  return found.map((detections) => suppressNonMaxima(detections, task.nmsIou));
}

/** face-api cuts boxes at the border of the picture. */
function bestOverlap(
  face: PeerDetection,
  candidates: readonly PeerDetection[],
  image: RgbImage,
): number {
  const cut = ({ box }: PeerDetection) => {
    const x = Math.max(0, box.x);
    const y = Math.max(0, box.y);
    const right = Math.min(image.width, box.x + box.width);
    const bottom = Math.min(image.height, box.y + box.height);
    return { x, y, width: right - x, height: bottom - y };
  };
  return Math.max(0, ...candidates.map((ours) => intersectionOverUnion(cut(face), cut(ours))));
}

async function readPhotos(): Promise<readonly RgbImage[]> {
  const folder = join(dirname(faceApiModelFolder()), 'demo');
  return await mapInTurn([1, 2, 3, 4, 5, 6], async (number) => {
    const name = `sample${number}.jpg`;
    return (await decodeImage({ bytes: await readFile(join(folder, name)), name })).pixels;
  });
}

async function cropFaces(peer: FaceApiPeer, photos: readonly RgbImage[]): Promise<RgbImage[]> {
  const perPhoto = await mapInTurn(photos, async (photo) => {
    const found = await peer.detect(photo, { kind: 'ssd' });
    return found.map(({ box }) => cropImage(photo, coveringRegion(box, photo)));
  });
  return perPhoto.flat();
}

function resizeAll(images: readonly RgbImage[], side: number): Promise<RgbImage[]> {
  return Promise.all(images.map((image) => resizeImage(image, side, side)));
}

async function mapInTurn<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await map(item));
  return results;
}

function largestDifference(
  { data }: TensorOf<'float32'>,
  expected: readonly Float32Array[],
): number {
  const joined = expected.flatMap((values) => [...values]);
  expect(data).toHaveLength(joined.length);
  return joined.reduce((most, value, index) => Math.max(most, Math.abs(value - data[index]!)), 0);
}

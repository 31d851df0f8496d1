import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { RandomStream } from '../../../foundation/random.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import type { NamedTensors, OrtSession } from '../../runtime/session.ts';
import { augment, throughBadCamera, type AugmentationSettings } from '../augmentation.ts';
import { chipsToTensor, EYES_APART, type EncoderInput, type Example } from '../chips.ts';
import { removeUnfinished, writeWhole } from '../../../foundation/files/output-file.ts';
import type { Graph } from '../../graph/graph.ts';
import { fromHalves, toHalves, float32 } from '../../graph/tensor.ts';
import { openGraph, type Runtime } from '../../runtime/runtime.ts';

/** `bad`: every other view is as a bad camera would have it. */
export type Camera = 'good' | 'bad';

interface ViewSettings {
  readonly seed: number;
  readonly augmentation: AugmentationSettings;
  readonly camera: Camera;
}

/** What the trained part of a network reads, for the photos of a batch. */
export interface Views {
  /** @param serial of the first row over the whole training: every row is another view. */
  feed(photos: readonly number[], serial: number): Promise<NamedTensors>;
}

/** Whether the view of this serial is as a bad camera would have it. */
export const isDegraded = (serial: number, camera: Camera): boolean =>
  camera === 'bad' && serial % 2 === 1;

/** One view of a face; odd ones go through the bad camera where there is one. */
export async function viewOf(
  example: Example,
  side: number,
  serial: number,
  { seed, augmentation, camera }: ViewSettings,
): Promise<RgbImage> {
  const random = new RandomStream(seed, 'augment', serial);
  const view = await augment(await example.read(), side, augmentation, random);
  if (!isDegraded(serial, camera)) return view;
  return throughBadCamera(view, EYES_APART * side, random);
}

/** Every view is made when it is needed: no two are alike. */
export function freshViews(
  examples: readonly Example[],
  input: EncoderInput,
  settings: ViewSettings,
): Views {
  return {
    feed: async (photos, serial) => {
      const chips = await Promise.all(
        photos.map((photo, row) => viewOf(examples[photo]!, input.side, serial + row, settings)),
      );
      return { [input.name]: chipsToTensor(chips, input) };
    },
  };
}

interface StoredViewsRequest {
  readonly runtime: Runtime;
  /** Outputs float32[batch, …]. */
  readonly trunk: Graph;
  readonly input: EncoderInput;
  readonly examples: readonly Example[];
  /** Views of each photo. */
  readonly count: number;
  readonly settings: ViewSettings;
  /** What the trunk says, in half precision: one row per photo and view. Ours once it is whole. */
  readonly file: string;
  /** Called after every few rows; throws where the user wants to stop. */
  readonly report: (done: number, total: number) => void;
}

export interface StoredViews extends Views {
  readonly close: () => Promise<void>;
}

const CHIPS_PER_RUN = 16;

interface Part {
  readonly name: string;
  readonly shape: readonly number[];
  /** Values before and in it, within a row. */
  readonly start: number;
  readonly length: number;
}

/**
 * A fixed number of views of each photo, as the frozen part of a network sees them: that part runs
 * once for all epochs. A file that is there already is read as it is.
 */
export async function storedViews(request: StoredViewsRequest): Promise<StoredViews> {
  const { trunk, examples, count, settings, file } = request;
  const parts = partsOf(trunk);
  const rowLength = parts.reduce((sum, { length }) => sum + length, 0);
  const size = examples.length * count * rowLength * 2;
  const found = await stat(file).catch(() => null);
  if (found?.size !== size) await writeRows(request, parts);
  const handle = await open(file, 'r');
  return {
    close: () => handle.close(),
    feed: async (photos, serial) => {
      const rows = await Promise.all(
        photos.map((photo, row) => {
          const view = viewFor(serial + row, count, settings.seed);
          return readRow(handle, photo * count + view, rowLength);
        }),
      );
      return Object.fromEntries(parts.map((part) => [part.name, gather(rows, part)]));
    },
  };
}

/** Odd serials take odd views, as fresh ones do. */
function viewFor(serial: number, count: number, seed: number): number {
  const pairs = Math.ceil(count / 2);
  const pair = new RandomStream(seed, 'view', serial).below(pairs);
  return Math.min(count - 1, 2 * pair + (serial % 2));
}

function partsOf({ outputs }: Graph): readonly Part[] {
  let start = 0;
  return outputs.map(({ name, shape }) => {
    const each = shape.slice(1) as number[];
    const length = each.reduce((product, extent) => product * extent, 1);
    const part = { name, shape: each, start, length };
    start += length;
    return part;
  });
}

function gather(rows: readonly Float32Array[], { shape, start, length }: Part) {
  const data = new Float32Array(rows.length * length);
  rows.forEach((row, index) => data.set(row.subarray(start, start + length), index * length));
  return float32([rows.length, ...shape], data);
}

async function readRow(handle: FileHandle, row: number, length: number): Promise<Float32Array> {
  const halves = new Uint16Array(length);
  const bytes = new Uint8Array(halves.buffer);
  await handle.read(bytes, 0, bytes.length, row * bytes.length);
  return fromHalves(halves);
}

/** Throws the system's error, e.g. ENOSPC; what is not whole never has the name of the file. */
async function writeRows(request: StoredViewsRequest, parts: readonly Part[]): Promise<void> {
  await removeUnfinished(path.dirname(request.file));
  const session = await openGraph(request.runtime, request.trunk);
  try {
    await writeWhole(request.file, rowsOf(session, request, parts));
  } finally {
    await session.dispose();
  }
}

async function* rowsOf(
  session: OrtSession,
  request: StoredViewsRequest,
  parts: readonly Part[],
): AsyncGenerator<Uint8Array> {
  const total = request.examples.length * request.count;
  for (let start = 0; start < total; start += CHIPS_PER_RUN) {
    const rows = Array.from(
      { length: Math.min(CHIPS_PER_RUN, total - start) },
      (_, index) => start + index,
    );
    yield await trunkOf(session, request, parts, rows);
    request.report(start + rows.length, total);
  }
}

async function trunkOf(
  session: OrtSession,
  { input, examples, count, settings }: StoredViewsRequest,
  parts: readonly Part[],
  rows: readonly number[],
): Promise<Uint8Array> {
  const chips = await Promise.all(
    rows.map((row) =>
      // An even number of serials per photo: view 1 is odd for every one of them.
      viewOf(
        examples[Math.floor(row / count)]!,
        input.side,
        2 * count * Math.floor(row / count) + (row % count),
        settings,
      ),
    ),
  );
  const results = await session.run({ [input.name]: chipsToTensor(chips, input) });
  return new Uint8Array(interleave(results, parts, rows.length).buffer);
}

function interleave(results: NamedTensors, parts: readonly Part[], rows: number): Uint16Array {
  const rowLength = parts.reduce((sum, { length }) => sum + length, 0);
  const halves = new Uint16Array(rows * rowLength);
  for (const { name, start, length } of parts) {
    const values = toHalves(results[name]!.data as Float32Array);
    for (let row = 0; row < rows; row++)
      halves.set(values.subarray(row * length, (row + 1) * length), row * rowLength + start);
  }
  return halves;
}

/** Photos, as positions in a list, by who is on them. */
export interface People {
  /** At least two photos each: they give anchors and positives. */
  readonly several: readonly (readonly number[])[];
  /** The only photo of a person: a negative, never an anchor. */
  readonly single: readonly number[];
}

export function groupByPerson(labels: readonly (string | null)[]): People {
  const photos = new Map<string, number[]>();
  labels.forEach((label, index) => {
    if (label !== null) photos.set(label, [...(photos.get(label) ?? []), index]);
  });
  const groups = [...photos.values()];
  return {
    several: groups.filter(({ length }) => length > 1),
    single: groups.filter(({ length }) => length === 1).flat(),
  };
}

export interface BatchShape {
  /** P: people of a batch that have several photos. */
  readonly people: number;
  /** K: photos of each. */
  readonly photos: number;
  /** Photos of further people with one photo each. */
  readonly singles: number;
}

export interface Pick {
  /** Position of the photo in the list. */
  readonly photo: number;
  /** Number of the person within the batch. */
  readonly person: number;
}

/**
 * The P×K batch of a step (Hermans et al. 2017), and beside it people with one photo. People take
 * turns in an order that is new for every round, so that nobody is left out by chance; of each, K
 * photos are drawn, all of them before one comes twice. Where there are too few people, the batch
 * is smaller; it is the same for every step.
 */
export function pickBatch(
  { several, single }: People,
  shape: BatchShape,
  seed: number,
  step: number,
): readonly Pick[] {
  const random = new RandomStream(seed, 'photos', step);
  const picks = turns(several.length, shape.people, seed, 'people', step).flatMap((index, person) =>
    drawPhotos(several[index]!, shape.photos, random).map((photo) => ({ photo, person })),
  );
  const others = turns(single.length, shape.singles, seed, 'singles', step).map(
    (index, position) => ({ photo: single[index]!, person: shape.people + position }),
  );
  return [...picks, ...others];
}

/** The members of an endless series of shuffled rounds whose turn it is. */
function turns(
  count: number,
  wanted: number,
  seed: number,
  name: string,
  step: number,
): readonly number[] {
  const taken = Math.min(count, wanted);
  if (taken === 0) return [];
  const perRound = Math.floor(count / taken);
  const round = Math.floor(step / perRound);
  const first = (step % perRound) * taken;
  return shuffle(count, new RandomStream(seed, name, round)).slice(first, first + taken);
}

function drawPhotos(photos: readonly number[], wanted: number, random: RandomStream): number[] {
  const drawn: number[] = [];
  while (drawn.length < wanted) {
    const order = shuffle(photos.length, random);
    drawn.push(...order.slice(0, wanted - drawn.length).map((index) => photos[index]!));
  }
  return drawn;
}

/** Fisher and Yates. */
function shuffle(count: number, random: RandomStream): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { removeUnfinished, unfinishedName } from '../../../foundation/files/output-file.ts';
import { RandomStream } from '../../../foundation/random.ts';
import type { Graph } from '../../graph/graph.ts';
import { fromHalves, toHalves, float32 } from '../../graph/tensor.ts';
import { openGraph, type Runtime } from '../../runtime/runtime.ts';
import type { Session, NamedTensors } from '../../runtime/session.ts';
import { chipsToTensor } from '../chips/batches.ts';
import type { EncoderInput } from '../chips/encode-examples.ts';
import type { Example } from '../chips/example.ts';
import { viewOf, type Views, type ViewSettings } from './views.ts';

export interface StoredViewsRequest {
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
  const { runtime, trunk, examples, count, file, report } = request;
  const partial = unfinishedName(path.dirname(file));
  const session = await openGraph(runtime, trunk);
  try {
    await removeUnfinished(path.dirname(file));
    {
      await using handle = await open(partial, 'wx', 0o600);
      const total = examples.length * count;
      for (let start = 0; start < total; start += CHIPS_PER_RUN) {
        const rows = Array.from(
          { length: Math.min(CHIPS_PER_RUN, total - start) },
          (_, index) => start + index,
        );
        await handle.writeFile(await trunkOf(session, request, parts, rows));
        report(start + rows.length, total);
      }
    }
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw thrown;
  } finally {
    await session.dispose();
  }
}

async function trunkOf(
  session: Session,
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

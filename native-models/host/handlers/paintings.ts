import { LikenessError } from '../../../contract/errors.ts';
import { PaintingSettings } from '../../../contract/paintings.ts';
import { readSettings } from '../../images/painting-file.ts';
import { readImageSource } from '../../images/source.ts';
import { Queue } from '../../../foundation/concurrency.ts';
import type { HostContext, Handlers } from '../context.ts';
import { paint } from '../../style/painting-run.ts';
import type { Painter } from '../../style/painter.ts';
import { prepare } from '../../style/prepare.ts';

type PaintingHandlers = Pick<
  Handlers,
  'estimatePainting' | 'paint' | 'stopPainting' | 'recallPainting'
>;

interface Running {
  readonly stop: AbortController;
  /** Settles when nothing is done about the painting any more. */
  readonly ended: Promise<unknown>;
}

/** One painting at a time: each would take all cores, and its predicted memory. */
export function paintingHandlers(painterOf: (host: HostContext) => Painter): PaintingHandlers {
  const queue = new Queue(1);
  const running = new Map<number, Running>();
  return {
    estimatePainting: async (host, { settings }) => {
      const { order, warnings } = await prepare(host.catalog, settings);
      const { steps, tiles, memoryBytes, seconds } = await painterOf(host).forecast(order);
      const { width, height } = order.content;
      const { id, task } = order.encoder.manifest;
      const size = { width, height, encoder: id, trained: task.trained, steps, tiles };
      return { estimate: { ...size, memoryMb: memoryBytes / 1e6, seconds }, warnings };
    },

    paint: async (host, payload, { signal, report }) => {
      const stop = new AbortController();
      const stopped = AbortSignal.any([signal, stop.signal]);
      const task = () => paint(host, painterOf(host), payload, { signal: stopped, report });
      const result = queue.run(task, stopped);
      running.set(payload.job, { stop, ended: result.catch(() => undefined) });
      return result.finally(() => running.delete(payload.job));
    },

    stopPainting: async (_, { job }) => {
      const painting = running.get(job);
      painting?.stop.abort();
      await painting?.ended;
      return null;
    },

    recallPainting: async (_, { picture }) => {
      const text = await readSettings(await readImageSource({ path: picture }));
      return { settings: parseSettings(picture, text) };
    },
  };
}

function parseSettings(file: string, text: string): PaintingSettings {
  try {
    return PaintingSettings.parse(JSON.parse(text));
  } catch (cause) {
    throw new LikenessError(
      'painting_unknown',
      `The settings that ${file} carries are of another version of Likeness, or damaged.`,
      { details: { file }, cause },
    );
  }
}

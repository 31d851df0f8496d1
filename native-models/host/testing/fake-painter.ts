import { setTimeout as pause } from 'node:timers/promises';
import { LikenessError } from '../../../contract/errors.ts';
import type { Painter, PaintingOrder } from '../../style/painter.ts';

/** Adds the same small amount to every value at every step; what it did is plain to see. */
export class FakePainter implements Painter {
  /** The step that comes to no numbers. */
  divergesAt: number | null = null;
  readonly orders: PaintingOrder[] = [];

  forecast(): Promise<{ steps: number; tiles: number; memoryBytes: number; seconds: number }> {
    return Promise.resolve({ steps: 10, tiles: 2, memoryBytes: 500e6, seconds: 3 });
  }

  async *paint(
    order: PaintingOrder,
    checkpoint: Parameters<Painter['paint']>[1],
  ): ReturnType<Painter['paint']> {
    this.orders.push(order);
    const { steps } = order.settings;
    const all: Readonly<Record<string, number>>[] = [...(checkpoint?.losses ?? [])];
    const image = checkpoint?.image ?? { ...order.content, data: order.content.data.slice() };
    for (let step = (checkpoint?.step ?? 0) + 1; step <= steps; step++) {
      await pause(2);
      if (step === this.divergesAt)
        throw new LikenessError('painting_diverged', `Step ${step} came to no numbers.`, {
          details: { step },
        });
      for (let i = 0; i < image.data.length; i++) image.data[i]! += 1 / 512;
      const losses = { content: step, style: 2 * step, totalVariation: 0 };
      all.push(losses);
      yield {
        step,
        steps,
        share: step / steps,
        losses,
        secondsLeft: (steps - step) / 500,
        picture: () => image,
        checkpoint: () => ({
          settings: order.settings,
          level: 0,
          step,
          losses: all,
          image,
          optimizer: { kind: 'adam', scalars: {}, vectors: {} },
        }),
      };
    }
    return image;
  }
}

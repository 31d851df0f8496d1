import type { PaintingSettings } from '../../contract/painting.ts';
import type { PaintingLosses } from '../../contract/values.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { StyleEncoder } from './encoder.ts';
import type { Mask } from './masks/mask.ts';
import type { Picture } from './picture.ts';
import type { Start } from './start.ts';

/** All that a painting is made from; the paths among the settings have been read. */
export interface PaintingOrder {
  /** At the size of the finished painting. */
  readonly content: Picture;
  readonly styles: readonly {
    readonly picture: Picture;
    readonly weight: number;
    /** Of the content's size. */
    readonly mask: Mask | null;
  }[];
  readonly start: Start;
  readonly encoder: StyleEncoder;
  readonly settings: PaintingSettings;
}

export interface PaintingForecast {
  /** Over all sizes of the pyramid. */
  readonly steps: number;
  readonly tiles: number;
  readonly memoryBytes: number;
  readonly seconds: number;
}

/** After a step; what the functions give is valid until the next one is asked for. */
export interface PaintingStep {
  /** Counted over all sizes of the pyramid. */
  readonly step: number;
  readonly steps: number;
  /** Of all work, 0 to 1. */
  readonly share: number;
  readonly losses: PaintingLosses;
  readonly secondsLeft: number;
  readonly picture: () => Picture;
  readonly checkpoint: () => Checkpoint;
}

export interface Painter {
  /** @throws LikenessError memory_insufficient, invalid_input */
  forecast(order: PaintingOrder): Promise<PaintingForecast>;
  /**
   * Paints step by step, from a checkpoint where there is one, and returns the finished picture.
   * Whoever stops asking has stopped it.
   *
   * @throws LikenessError as `forecast`, and painting_diverged with the step in `details.step`: then
   *   the picture of the last step that was given is still good
   */
  paint(
    order: PaintingOrder,
    checkpoint: Checkpoint | null,
  ): AsyncGenerator<PaintingStep, Picture, undefined>;
}

import { groupStyles } from './objective/groups.ts';
import { layerNamed } from './objective/layers.ts';
import type { Scene } from './objective/scene.ts';
import type { PaintingOrder } from './painter.ts';
import { matchColors } from './color/match.ts';
import { recipeFor } from './recipe.ts';
import { scheduleOf, type Level } from './schedule.ts';
import { coreWithin } from './workload.ts';

/** What follows from an order before anything is computed. */
export interface PaintingPlan {
  readonly scene: Scene;
  readonly levels: readonly Level[];
}

/** Positions of the deepest layer that a side must have, for statistics to say anything. */
const FEWEST_POSITIONS = 4;

/** @throws LikenessError image_too_small, layer_unknown, memory_insufficient */
export function planPainting(order: PaintingOrder): PaintingPlan {
  const { content, encoder, settings } = order;
  const recipe = recipeFor(encoder, settings);
  const used = [recipe.contentLayer, ...recipe.styleLayers.map(({ layer }) => layer)];
  const stride = Math.max(...used.map((layer) => layerNamed(encoder, layer).stride));
  const matched = settings.keepColors === 'match';
  const styles = order.styles.map(({ picture, ...style }) => ({
    ...style,
    picture: matched ? matchColors(picture, content) : picture,
  }));
  const levels = scheduleOf(content, settings.steps, FEWEST_POSITIONS * stride);
  const scene = {
    ...{ encoder, recipe, content },
    ...{ styleScale: settings.styleScale, seed: settings.seed, loss: settings.loss },
    ...{ groups: groupStyles(styles), largestCore: Infinity },
  };
  return { levels, scene: { ...scene, largestCore: coreWithin(scene, order) } };
}

import { readPicture } from '../../native-models/style/prepare.ts';
import { Runtime } from '../../native-models/runtime/runtime.ts';
import type { StyleEncoder } from '../../native-models/style/encoder.ts';
import { groupStyles, sceneAt } from '../../native-models/style/objective/scene.ts';
import { openObjective } from '../../native-models/style/objective/open.ts';
import { recipeFor } from '../../native-models/style/painter.ts';
import { resample } from '../../native-models/style/picture.ts';
import { pictureNamed } from '../data/paintings.ts';
import type { Painted } from './painted.ts';

export interface Verdict {
  /** Squared distances relative to what they aim at, as a painting minimizes them. */
  readonly styleLoss: number;
  readonly contentLoss: number;
}

/** Style and content loss of finished paintings, as another encoder than theirs sees them. */
export async function judge(encoder: StyleEncoder, painted: Painted): Promise<Verdict> {
  const picture = await readPicture(painted.file, Infinity);
  const longerSide = Math.max(picture.width, picture.height);
  const content = await readPicture(pictureNamed(painted.content), longerSide);
  const style = await readPicture(pictureNamed(painted.style), longerSide);
  const scene = sceneAt(
    {
      encoder,
      recipe: recipeFor(encoder, { styleStrength: 1 }),
      content: resample(content, picture),
      styleScale: 1,
      seed: 0,
      loss: 'gram',
      groups: groupStyles([{ picture: style, weight: 1, mask: null }]),
      largestCore: Infinity,
    },
    picture,
  );
  const objective = await openObjective(new Runtime({ provider: 'cpu' }), scene);
  try {
    const { losses } = await objective.evaluate(picture, new Float32Array(picture.data.length), 0);
    return { styleLoss: losses.style, contentLoss: losses.content };
  } finally {
    await objective.dispose();
  }
}

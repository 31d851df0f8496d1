import type { Handlers } from '../handler.ts';
import { faceHandlers } from './faces.ts';
import { galleryHandlers } from './gallery.ts';
import { graphHandlers } from './graphs.ts';
import { createPainter } from '../../style/paint.ts';
import { modelHandlers } from './models.ts';
import { paintingHandlers } from './paintings.ts';
import { pictureHandlers } from './pictures.ts';
import { providerHandlers } from './providers.ts';
import { trainingHandlers } from './training.ts';

/** Method by method, who answers. */
export const handlers: Handlers = {
  ...faceHandlers,
  ...galleryHandlers,
  ...graphHandlers,
  ...modelHandlers,
  ...pictureHandlers,
  ...paintingHandlers(({ runtime }) => createPainter(runtime)),
  ...providerHandlers,
  ...trainingHandlers,
};

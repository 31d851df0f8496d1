import { z } from 'zod';
import { command } from './command.ts';
import { Provider } from './values.ts';
import { Bytes, LiveFace } from './window-values.ts';

const Stream = z.string().min(1).max(100);

/** The camera. One stream per camera view; its frames come in order, the next after the answer. */
export const liveCommands = {
  'live.look': command(
    'Follow the faces of a video: one frame',
    z.object({
      stream: Stream,
      /** JPEG or WebP, the longer side at most 1280 pixels. Each may have a size of its own. */
      frame: Bytes,
      /** A track whose face is encoded in this frame in any case; see `confirmed`. */
      watch: z.int().optional(),
      /** Note who is identified: attendance, and the activity where the settings say so. */
      note: z.boolean().default(false),
    }),
    z.object({
      faces: z.array(LiveFace),
      provider: Provider,
      elapsedMs: z.number(),
    }),
  ),
  'live.end': command('Forget a video', z.object({ stream: Stream }), z.object({})),
} as const;

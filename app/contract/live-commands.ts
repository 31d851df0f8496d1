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
      /** JPEG or WebP, the longer side at most 1280 pixels. */
      frame: Bytes,
      /** Note who is identified: attendance, and the activity where the settings say so. */
      note: z.boolean().default(false),
    }),
    z.object({
      width: z.int(),
      height: z.int(),
      faces: z.array(LiveFace),
      provider: Provider,
      elapsedMs: z.number(),
    }),
  ),
  'live.end': command('Forget a video', z.object({ stream: Stream }), z.object({})),
} as const;

import { z } from 'zod';
import { PaintingJob } from './paintings.ts';
import { Bytes, HostState, Settings } from './application.ts';

/**
 * The one table of events: what services tell every window without being asked. Shells derive
 * their push channels from it.
 */
export const events = {
  /** Somebody was enrolled, renamed, merged, split or deleted: lists are to be read again. */
  'people.changed': z.object({}),
  'activity.added': z.object({}),
  'settings.changed': z.object({ settings: Settings }),
  'models.changed': z.object({}),
  'host.changed': z.object({ role: z.enum(['recognition', 'studio']), state: HostState }),
  /** A painting's state or progress, at most four times a second, with a JPEG of how far it is. */
  'painting.changed': z.object({ job: PaintingJob, preview: Bytes.optional() }),
} as const;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventPayload<N extends EventName> = z.infer<Events[N]>;

import type { ActivityKind, NewActivity } from '../../db/store.ts';

export const activity = (
  kind: ActivityKind,
  personId: number | null,
  counts: Readonly<Record<string, number>>,
  now: Date,
): NewActivity => ({ kind, personId, counts, createdAt: now.toISOString() });

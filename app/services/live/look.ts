import { LikenessError } from '../../../contract/errors.ts';
import type { LiveFace } from '../../../contract/application.ts';
import { findPerson, type Store } from '../../../db/store.ts';
import { signalOf } from '../analysis.ts';
import type { Handler, Handlers } from '../context.ts';
import type { JudgedFace } from './streams.ts';

/** A frame of a video is a few hundred kilobytes. */
const MOST_BYTES = 8 * 1024 * 1024;

export const look: Handler<'live.look'> = async (context, { stream, frame, note, watch }, call) => {
  const started = performance.now();
  if (frame.length > MOST_BYTES) throw tooLarge(frame.length);
  const { store, live, liveNotes, now, emit } = context;
  const { provider, ...seen } = await live.look(stream, frame, { watch, ...signalOf(call) });
  const faces = seen.faces.map((face) => liveFace(store, face));
  const people = faces.flatMap(({ person }) => (person === null ? [] : [person.id]));
  if (note && liveNotes.note(people, now())) emit('activity.added', {});
  return { faces, provider, elapsedMs: performance.now() - started };
};

export const end: Handler<'live.end'> = async ({ live }, { stream }) => {
  await live.end(stream);
  return {};
};

function liveFace(store: Store, { face, verdict, probability, candidates }: JudgedFace): LiveFace {
  const { track, part, quality, confirmed } = face;
  // Somebody who has just been deleted has no name any more.
  const nameOf = (id: number) => store.read((tables) => findPerson(tables, id))?.name;
  const seen = { track, part, quality, confirmed, person: null, candidates: [] };
  if (verdict.kind === 'looking') return { ...seen, decision: 'looking' };
  if (verdict.kind === 'unknown') {
    const near = candidates.flatMap(({ personId: id, ...candidate }) => {
      const name = nameOf(id);
      return name === undefined ? [] : [{ id, name, ...candidate }];
    });
    return { ...seen, decision: 'unknown', candidates: near };
  }
  const { personId: id, distance } = verdict;
  const name = nameOf(id);
  if (name === undefined) return { ...seen, decision: 'looking' };
  return { ...seen, decision: 'identified', person: { id, name, distance, probability } };
}

const tooLarge = (bytes: number): LikenessError =>
  new LikenessError(
    'image_too_large',
    `A frame of ${Math.round(bytes / 2 ** 20)} MiB is too large. Send JPEG with at most 1280 pixels on the longer side.`,
    { details: { bytes, maximum: MOST_BYTES } },
  );

export const liveHandlers = {
  'live.look': look,
  'live.end': end,
} satisfies Partial<Handlers>;

import type { LiveFace } from '../../../../contract/application.ts';

/**
 * `invitation`: nobody is there, or whoever was greeted has not left. `approach`: a face is there; it
 * has to stay still. `looking`: frames vote. `result`: shown for a while.
 */
export type KioskPhase =
  | { readonly kind: 'invitation' }
  | {
      readonly kind: 'approach';
      readonly track: number;
      readonly since: number;
      readonly x: number;
      readonly y: number;
    }
  | { readonly kind: 'looking'; readonly track: number; readonly since: number }
  | { readonly kind: 'result'; readonly since: number; readonly result: KioskResult };

export type KioskResult =
  | { readonly kind: 'welcome'; readonly name: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unsure' };

export interface KioskState {
  readonly phase: KioskPhase;
  /** Who has been answered and has not left: no second answer until then. */
  readonly answered: { readonly track: number; readonly goneSince: number | undefined } | undefined;
}

export interface Sight {
  readonly faces: readonly LiveFace[];
}

export const kioskStart: KioskState = { phase: { kind: 'invitation' }, answered: undefined };

/** Share of the picture's height from which on a face means us. */
const NEAR = 0.16;
const STILL_MS = 700;
/** Share of the face's own size by which it may move and still be still. */
const SWAY = 0.35;
const UNSURE_MS = 6_000;
const GONE_MS = 1_200;

type Face = LiveFace;

/** The next state; `sight` is undefined while there is no camera picture. */
export function advance(
  state: KioskState,
  sight: Sight | undefined,
  now: number,
  resultMs: number,
): KioskState {
  const faces = sight?.faces ?? [];
  const answered = keepAnswered(state.answered, faces, now);
  const phase = next({ ...state, answered }, sight, now, resultMs);
  if (phase.kind === 'result' && state.phase.kind === 'looking')
    return { phase, answered: { track: state.phase.track, goneSince: undefined } };
  return { phase, answered };
}

function keepAnswered(
  answered: KioskState['answered'],
  faces: readonly Face[],
  now: number,
): KioskState['answered'] {
  if (answered === undefined) return undefined;
  if (faces.some(({ track }) => track === answered.track))
    return { track: answered.track, goneSince: undefined };
  const goneSince = answered.goneSince ?? now;
  return now - goneSince > GONE_MS ? undefined : { track: answered.track, goneSince };
}

function next(
  { phase, answered }: KioskState,
  sight: Sight | undefined,
  now: number,
  resultMs: number,
): KioskPhase {
  switch (phase.kind) {
    case 'invitation': {
      const face = nearest(sight);
      if (face === undefined || answered !== undefined) return phase;
      return approachOf(face, now);
    }
    case 'approach': {
      const face = sight?.faces.find(({ track }) => track === phase.track);
      if (face === undefined || !isNear(face)) return { kind: 'invitation' };
      if (hasMoved(phase, face)) return approachOf(face, now);
      return now - phase.since < STILL_MS
        ? phase
        : { kind: 'looking', track: face.track, since: now };
    }
    case 'looking':
      return look(phase, sight, now);
    case 'result':
      return now - phase.since < resultMs ? phase : { kind: 'invitation' };
  }
}

function look(
  phase: Extract<KioskPhase, { kind: 'looking' }>,
  sight: Sight | undefined,
  now: number,
): KioskPhase {
  const face = sight?.faces.find(({ track }) => track === phase.track);
  const show = (result: KioskResult): KioskPhase => ({ kind: 'result', since: now, result });
  if (face === undefined) return { kind: 'invitation' };
  if (face.decision === 'identified' && face.person !== null)
    return show({ kind: 'welcome', name: face.person.name });
  if (face.decision === 'unknown') return show({ kind: 'unknown' });
  return now - phase.since < UNSURE_MS ? phase : show({ kind: 'unsure' });
}

const centerOf = ({ part }: Face) => ({
  x: part.left + part.across / 2,
  y: part.top + part.down / 2,
});

const approachOf = (face: Face, now: number): KioskPhase => ({
  kind: 'approach',
  track: face.track,
  since: now,
  ...centerOf(face),
});

function hasMoved({ x, y }: { x: number; y: number }, face: Face): boolean {
  const at = centerOf(face);
  const { across, down } = face.part;
  return Math.hypot((at.x - x) / across, (at.y - y) / down) > SWAY;
}

const isNear = ({ part }: Face): boolean => part.down >= NEAR;

/** Of several people the one in front. */
const nearest = (sight: Sight | undefined): Face | undefined =>
  sight?.faces.filter(isNear).sort((a, b) => b.part.down - a.part.down)[0];

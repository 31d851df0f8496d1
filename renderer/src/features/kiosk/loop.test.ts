import { expect, test } from 'vitest';
import type { LiveFace } from '../../../../contract/application.ts';
import { advance, kioskStart, type KioskState, type Sight } from './loop.ts';

const RESULT_MS = 4_000;

const quality = {
  score: 0.8,
  reasons: [],
  flaws: [],
  measures: {
    eyeDistance: 80,
    sharpness: 1,
    exposure: 1,
    yaw: 0,
    pitch: 0,
    roll: 0,
    detection: 1,
  },
};

/** In pixels of a frame of 640×480. */
interface Seen {
  track?: number;
  height?: number;
  x?: number;
  decision?: LiveFace['decision'];
  name?: string;
}

function sight(...seen: readonly Seen[]): Sight {
  const faces = seen.map(({ track = 1, height = 200, x = 300, decision = 'looking', name }) => ({
    track,
    part: { left: x / 640, top: 100 / 480, across: height / 640, down: height / 480 },
    quality,
    confirmed: true,
    candidates: [],
    decision,
    person: name === undefined ? null : { id: 1, name, distance: 0.3, probability: 0.9 },
  }));
  return { faces };
}

/** Ten frames a second of the same sight. */
function watch(state: KioskState, seen: Sight | undefined, from: number, to: number): KioskState {
  let now = state;
  for (let time = from; time <= to; time += 100) now = advance(now, seen, time, RESULT_MS);
  return now;
}

const kindOf = ({ phase }: KioskState) => phase.kind;

test('nobody there: the invitation stays', () => {
  expect(kindOf(watch(kioskStart, sight(), 0, 20_000))).toBe('invitation');
});

test('somebody comes, stays still, is named, and the invitation comes back by itself', () => {
  const ada: Seen = { decision: 'identified', name: 'Ada' };
  let state = watch(kioskStart, sight({}), 0, 300);
  expect(kindOf(state)).toBe('approach');
  state = watch(state, sight({}), 400, 1_000);
  expect(kindOf(state)).toBe('looking');
  state = watch(state, sight(ada), 1_100, 1_200);
  expect(state.phase).toMatchObject({ kind: 'result', result: { kind: 'welcome', name: 'Ada' } });
  expect(kindOf(watch(state, sight(ada), 1_300, 1_300 + RESULT_MS))).toBe('invitation');
});

test('whoever passes by in the distance does not wake it', () => {
  expect(kindOf(watch(kioskStart, sight({ height: 50 }), 0, 5_000))).toBe('invitation');
});

test('whoever walks through the picture is not looked at', () => {
  let state = kioskStart;
  for (let step = 0; step < 30; step++)
    state = advance(state, sight({ x: step * 25 }), step * 100, RESULT_MS);
  expect(kindOf(state)).toBe('approach');
});

test('who was answered and stays is not answered again; who leaves and comes back is', () => {
  const ada: Seen = { decision: 'identified', name: 'Ada' };
  let state = watch(kioskStart, sight({}), 0, 1_000);
  state = watch(state, sight(ada), 1_100, 1_200);
  state = watch(state, sight(ada), 1_300, 20_000);
  expect(kindOf(state)).toBe('invitation');
  state = watch(state, sight(), 20_100, 22_000);
  state = watch(state, sight({ ...ada, track: 2 }), 22_100, 23_500);
  expect(kindOf(state)).toBe('result');
});

test('a face that frames never agree on ends as unsure, not as a name', () => {
  const state = watch(kioskStart, sight({}), 0, 8_000);
  expect(state.phase).toMatchObject({ kind: 'result', result: { kind: 'unsure' } });
});

test('a lost camera in the middle leads back to the invitation', () => {
  const state = watch(kioskStart, sight({}), 0, 1_000);
  expect(kindOf(watch(state, undefined, 1_100, 1_300))).toBe('invitation');
});

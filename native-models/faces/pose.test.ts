import { describe, expect, it } from 'vitest';
import type { Point } from '../../contract/values.ts';
import { headPoints, estimatePose } from './quality.ts';

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** The model head turned by known angles and seen from 20 head lengths away, in pixels. */
function turnedHead({ yaw = 0, pitch = 0, roll = 0 }): Point[] {
  const [cy, sy] = [Math.cos(radians(yaw)), Math.sin(radians(yaw))];
  const [cp, sp] = [Math.cos(radians(pitch)), Math.sin(radians(pitch))];
  const [cr, sr] = [Math.cos(radians(roll)), Math.sin(radians(roll))];
  const landmarks = Array.from({ length: 68 }, (): Point => [0, 0]);
  for (const [landmark, [x, y, z]] of headPoints) {
    // Pitch about x (nose up: the tip, at negative z, goes to negative y), then yaw, then roll.
    const [y1, z1] = [y * cp + z * sp, -y * sp + z * cp];
    const [x2, z2] = [x * cy - z1 * sy, x * sy + z1 * cy];
    const depth = 4000 / (4000 + z2);
    landmarks[landmark] = [
      300 + 2 * depth * (x2 * cr - y1 * sr),
      200 + 2 * depth * (x2 * sr + y1 * cr),
    ];
  }
  return landmarks;
}

describe('estimatePose', () => {
  it.each([
    {},
    { yaw: 30 },
    { yaw: -45 },
    { pitch: 20 },
    { pitch: -25 },
    { roll: 60 },
    { roll: -170 },
    { yaw: 20, pitch: 10, roll: -30 },
  ])('finds %o', (truth) => {
    const { yaw, pitch, roll } = estimatePose(turnedHead(truth));
    const expected = { yaw: 0, pitch: 0, roll: 0, ...truth };
    expect(Math.abs(yaw - expected.yaw)).toBeLessThan(2);
    expect(Math.abs(pitch - expected.pitch)).toBeLessThan(2);
    expect(Math.abs(roll - expected.roll)).toBeLessThan(2);
  });
});

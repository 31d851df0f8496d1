import type { Box } from '../../../../contract/values.ts';
import type { KioskPhase } from './loop.ts';

const TURN_MS = 1_600;

/** A ring around the face: it closes while somebody stays still, and turns while frames vote. */
export function drawRing(
  context: CanvasRenderingContext2D,
  box: Box,
  phase: Extract<KioskPhase, { kind: 'approach' | 'looking' }>,
  now: number,
): void {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const radius = Math.max(box.width, box.height) * 0.78;
  context.lineWidth = Math.max(4, radius * 0.035);
  context.lineCap = 'round';
  context.strokeStyle = 'rgb(255 255 255 / 28%)';
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
  const [from, length] =
    phase.kind === 'approach'
      ? [-Math.PI / 2, Math.min(1, (now - phase.since) / 700) * 2 * Math.PI]
      : [((now % TURN_MS) / TURN_MS) * 2 * Math.PI, Math.PI * 0.7];
  context.strokeStyle = '#ffffff';
  context.beginPath();
  context.arc(x, y, radius, from, from + length);
  context.stroke();
}

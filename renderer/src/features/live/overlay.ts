import type { Box } from '../../../../app/contract/values.ts';
import type { LiveFace } from '../../../../app/contract/window-values.ts';

const TONES = { identified: '#7ee2ad', unknown: '#ffd08a', looking: '#ffffff' } as const;
const FONT = '600 15px system-ui, "Segoe UI", "Noto Sans", sans-serif';

/** Corners around a face, and its name once frames agree on it. */
export function drawFace(
  context: CanvasRenderingContext2D,
  box: Box,
  decision: LiveFace['decision'],
  label: string | undefined,
): void {
  context.strokeStyle = TONES[decision];
  context.lineWidth = 3;
  context.lineCap = 'round';
  context.shadowColor = 'rgb(0 0 0 / 55%)';
  context.shadowBlur = 6;
  corners(context, box);
  context.shadowBlur = 0;
  if (label !== undefined) drawLabel(context, box, label, TONES[decision]);
}

function corners(context: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  const long = Math.min(width, height) * 0.22;
  const round = long * 0.6;
  const [right, bottom] = [x + width, y + height];
  context.beginPath();
  context.moveTo(x, y + long);
  context.arcTo(x, y, x + long, y, round);
  context.lineTo(x + long, y);
  context.moveTo(right - long, y);
  context.arcTo(right, y, right, y + long, round);
  context.lineTo(right, y + long);
  context.moveTo(right, bottom - long);
  context.arcTo(right, bottom, right - long, bottom, round);
  context.lineTo(right - long, bottom);
  context.moveTo(x + long, bottom);
  context.arcTo(x, bottom, x, bottom - long, round);
  context.lineTo(x, bottom - long);
  context.stroke();
}

function drawLabel(context: CanvasRenderingContext2D, box: Box, label: string, tone: string): void {
  context.font = FONT;
  const width = context.measureText(label).width + 34;
  const x = box.x + box.width / 2 - width / 2;
  const y = box.y + box.height + 12;
  context.fillStyle = 'rgb(18 18 18 / 78%)';
  context.beginPath();
  context.roundRect(x, y, width, 30, 15);
  context.fill();
  context.fillStyle = tone;
  context.beginPath();
  context.arc(x + 15, y + 15, 4, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = '#ffffff';
  context.textBaseline = 'middle';
  context.fillText(label, x + 25, y + 15.5);
}

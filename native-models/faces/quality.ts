import type { Point, Quality, QualityFlaw } from '../../contract/values.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { measureChip, type ChipStatistics } from './chip-statistics.ts';
import { distanceBetween } from './geometry.ts';
import { estimatePose } from './pose.ts';
import { eyeCenters } from './templates.ts';

/**
 * How good a face is for recognition. Each property becomes a factor from 0 (useless) to 1 (as good
 * as it gets); the score is their product.
 *
 * @param chip the aligned chip; it is what the encoder sees.
 * @param landmarks in pixels of the picture in its file.
 */
export function assessQuality(
  chip: RgbImage,
  landmarks: readonly Point[],
  detection: number,
): Quality {
  const eyeDistance = distanceBetween(...eyeCenters(landmarks));
  const statistics = measureChip(chip, (chip.width * EYES_ON_CHIP) / eyeDistance);
  const measures = {
    eyeDistance,
    sharpness: statistics.sharpness,
    exposure: statistics.exposure,
    ...estimatePose(landmarks),
    detection,
  };
  const factors = factorsOf(measures, statistics);
  const flawed = factors
    .filter(({ value }) => value < WORTH_SAYING)
    .sort((a, b) => a.value - b.value);
  return {
    score: factors.reduce((product, { value }) => product * value, 1),
    reasons: flawed.map(({ reason }) => reason),
    flaws: flawed.map(({ flaw }) => flaw),
    measures,
  };
}

/** On chips the eyes are about so far apart, as a share of the width. */
const EYES_ON_CHIP = 1 / 3;

interface Factor {
  readonly value: number;
  readonly flaw: QualityFlaw;
  readonly reason: string;
}

/** Factors below this are told to the person. */
const WORTH_SAYING = 0.75;

function factorsOf(
  { eyeDistance, sharpness, exposure, yaw, pitch, detection }: Quality['measures'],
  { brightness }: ChipStatistics,
): readonly Factor[] {
  return [
    {
      value: ramp(eyeDistance, 5, 40),
      flaw: 'small',
      reason: `The face is small: ${Math.round(eyeDistance)} pixels between the eyes; 40 or more are better.`,
    },
    {
      value: ramp(sharpness, 0, 0.5),
      flaw: 'blurred',
      reason: 'The face is blurred: hold still, or use a sharper photo.',
    },
    { value: ramp(exposure, 0, 0.6), ...exposureFlaw(brightness) },
    {
      value: ramp(Math.abs(yaw), 75, 25),
      flaw: 'turned',
      reason: `The face is turned to the side by about ${Math.round(Math.abs(yaw))}°; look into the camera.`,
    },
    {
      value: ramp(Math.abs(pitch), 60, 25),
      flaw: pitch > 0 ? 'raised' : 'lowered',
      reason: `The face looks ${pitch > 0 ? 'up' : 'down'} by about ${Math.round(Math.abs(pitch))}°; look into the camera.`,
    },
    {
      value: ramp(detection, 0, 0.6),
      flaw: 'uncertain',
      reason:
        'It is not certain that this is a face: it may be covered, cut off or a picture of one.',
    },
  ];
}

function exposureFlaw(brightness: number): Pick<Factor, 'flaw' | 'reason'> {
  if (brightness < 80) return { flaw: 'dark', reason: 'The face is dark: turn toward a light.' };
  if (brightness > 180)
    return { flaw: 'bright', reason: 'The face is too bright: avoid direct light.' };
  return { flaw: 'flat', reason: 'The face has little contrast: use softer, brighter light.' };
}

/** 0 at `none`, 1 at `full`, straight in between and constant beyond. */
function ramp(value: number, none: number, full: number): number {
  return Math.min(1, Math.max(0, (value - none) / (full - none)));
}

import type { Quality, QualityFlaw } from '../../../../contract/values.ts';

type Measures = Pick<Quality['measures'], 'eyeDistance' | 'yaw' | 'pitch'>;

const degrees = (angle: number): string => `${Math.round(Math.abs(angle))}°`;

/** What is wrong with a face, and what to do. */
export const quality: Readonly<Record<QualityFlaw, (measures: Measures) => string>> = {
  small: ({ eyeDistance }) =>
    `The face is small: ${Math.round(eyeDistance)} pixels between the eyes; 40 or more are better.`,
  blurred: () => 'The face is blurred: hold still, or use a sharper photo.',
  dark: () => 'The face is dark: turn toward a light.',
  bright: () => 'The face is too bright: avoid direct light.',
  flat: () => 'The face has little contrast: use softer, brighter light.',
  turned: ({ yaw }) =>
    `The face is turned to the side by about ${degrees(yaw)}; look into the camera.`,
  raised: ({ pitch }) => `The face looks up by about ${degrees(pitch)}; look into the camera.`,
  lowered: ({ pitch }) => `The face looks down by about ${degrees(pitch)}; look into the camera.`,
  uncertain: () =>
    'It is not certain that this is a face: it may be covered, cut off or a picture of one.',
};

import type { Strings } from './en.ts';
import { activity } from './de/activity.ts';
import { adoption } from './de/adoption.ts';
import { calibrate } from './de/calibrate.ts';
import { compare } from './de/compare.ts';
import { confidence } from './de/confidence.ts';
import { errors } from './de/errors.ts';
import { frame } from './de/frame.ts';
import { guide } from './de/guide.ts';
import { photos } from './de/photos.ts';
import { kiosk } from './de/kiosk.ts';
import { live } from './de/live.ts';
import { mixUp } from './de/mix-up.ts';
import { people } from './de/people.ts';
import { pictures } from './de/pictures.ts';
import { quality } from './de/quality.ts';
import { settings } from './de/settings.ts';
import { studio } from './de/studio.ts';

export const de: Strings = {
  activity,
  adoption,
  calibrate,
  compare,
  confidence,
  errors,
  frame,
  guide,
  photos,
  kiosk,
  live,
  mixUp,
  people,
  pictures,
  quality,
  settings,
  studio,
};

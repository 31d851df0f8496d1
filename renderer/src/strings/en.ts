import { activity } from './en/activity.ts';
import { adoption } from './en/adoption.ts';
import { calibrate } from './en/calibrate.ts';
import { compare } from './en/compare.ts';
import { confidence } from './en/confidence.ts';
import { errors } from './en/errors.ts';
import { frame } from './en/frame.ts';
import { guide } from './en/guide.ts';
import { photos } from './en/photos.ts';
import { kiosk } from './en/kiosk.ts';
import { live } from './en/live.ts';
import { mixUp } from './en/mix-up.ts';
import { people } from './en/people.ts';
import { pictures } from './en/pictures.ts';
import { quality } from './en/quality.ts';
import { settings } from './en/settings.ts';
import { studio } from './en/studio.ts';

/** Every word that is shown. Whatever has a number or a name in it is a function. */
export const en = {
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

export type Strings = typeof en;

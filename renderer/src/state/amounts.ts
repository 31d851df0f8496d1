import { language } from './language.svelte.ts';

const HOUR = 3600;

/** 45 s, 3 min, 1.5 h: no finer than it can be known beforehand. */
export function durationOf(seconds: number): string {
  const w = language.words.studio;
  if (seconds < 90) return w.seconds(language.number(Math.max(1, Math.round(seconds))));
  if (seconds < HOUR) return w.minutes(language.number(Math.round(seconds / 60)));
  return w.hours(language.number(seconds / HOUR, 1));
}

/**
 * 25 s, 3 min, 1.5 h: what is left of something. Coarse, and always rounded up, so that it only ever
 * counts down.
 */
export function leftOf(seconds: number): string {
  const w = language.words.studio;
  if (seconds <= 60) return w.seconds(language.number(Math.max(5, 5 * Math.ceil(seconds / 5))));
  if (seconds <= HOUR) return w.minutes(language.number(Math.ceil(seconds / 60)));
  return w.hours(language.number(Math.ceil((10 * seconds) / HOUR) / 10, 1));
}

/** 820 MB, 1.4 GB; of 10⁶ bytes. */
export function memoryOf(megabytes: number): string {
  const w = language.words.studio;
  return megabytes < 1000
    ? w.megabytes(language.number(Math.max(1, megabytes), megabytes < 10 ? 1 : 0))
    : w.gigabytes(language.number(megabytes / 1000, 1));
}

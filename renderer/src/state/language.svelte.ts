import { de } from '../strings/de.ts';
import { en, type Strings } from '../strings/en.ts';
import { settings } from './settings.svelte.ts';

const all = { en, de } as const;
export type Language = keyof typeof all;

/** The words of the window, in the language of the settings or of the system. */
class LanguageState {
  readonly #system: Language = navigator.languages.some((tag) => /^(de|en)\b/iu.test(tag))
    ? (navigator.languages
        .find((tag) => /^(de|en)\b/iu.test(tag))!
        .slice(0, 2)
        .toLowerCase() as Language)
    : 'en';

  readonly #code = $derived.by<Language>(() => {
    const chosen = settings.all?.language ?? 'auto';
    return chosen === 'auto' ? this.#system : chosen;
  });

  get code(): Language {
    return this.#code;
  }

  get words(): Strings {
    return all[this.#code];
  }

  /** 12 Mar 2026, 14:05 */
  readonly dateTime = (iso: string): string =>
    new Date(iso).toLocaleString(this.#code, { dateStyle: 'medium', timeStyle: 'short' });

  readonly date = (iso: string): string =>
    new Date(iso).toLocaleDateString(this.#code, { dateStyle: 'medium' });

  /** As the clocks of a time zone show it; those of this machine where none is given, or known. */
  readonly time = (iso: string, zone = ''): string => {
    const options = { timeStyle: 'short' } as const;
    try {
      const timeZone = zone === '' ? {} : { timeZone: zone };
      return new Date(iso).toLocaleTimeString(this.#code, { ...options, ...timeZone });
    } catch {
      return new Date(iso).toLocaleTimeString(this.#code, options);
    }
  };

  readonly number = (value: number, digits = 0): string =>
    value.toLocaleString(this.#code, { maximumFractionDigits: digits });

  /** 0.934 → 93 % */
  readonly percent = (share: number, digits = 0): string =>
    share.toLocaleString(this.#code, { style: 'percent', maximumFractionDigits: digits });

  /** A probability; nothing that was measured is certain, or impossible: 0.9996 → > 99 %. */
  readonly probability = (value: number): string => {
    if (value > 0.99) return `> ${this.percent(0.99)}`;
    return value < 0.01 ? `< ${this.percent(0.01)}` : this.percent(value);
  };
}

export const language = new LanguageState();

/** The forms that English and German have; `#` stands for the number. */
export interface Forms {
  readonly one: string;
  readonly other: string;
}

/**
 * Chooses the form for a count by the rules of a language, and puts the number in as it is written
 * there: `plural(1200, { one: '# photo goes', other: '# photos go' })` → "1,200 photos go".
 */
const pluralOf = (locale: string) => {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (count: number, forms: Forms): string =>
    forms[rules.select(count) === 'one' ? 'one' : 'other'].replaceAll('#', numbers.format(count));
};

/** English. */
export const plural = pluralOf('en');
/** German. */
export const pluralDe = pluralOf('de');

import { expect, test } from 'vitest';
import { nameBesideNobody } from './confidence.ts';
import { PersonName } from './values.ts';

test.each([
  '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645',
  '\u0DC1\u0DCA\u200D\u0DBB\u0DD3',
  '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
  'Zo\u00EB',
  '\u5C71',
])('the name %j stays as it is', (name) => expect(PersonName.parse(name)).toBe(name));

test.each([
  '\u202Eanna',
  'a\u2066b',
  'a\u2069',
  'a\u0000b',
  '\u200D',
  '\u200C \u200D',
  '\u3164',
  '\u2800',
  '\uFEFFx\u200Bx',
])('the name %j is refused', (name) => expect(PersonName.safeParse(name).success).toBe(false));

test('a joiner at the end of a name joins nothing', () => {
  expect(PersonName.parse('Anna\u200C ')).toBe('Anna');
});

test.each(['Unknown', 'UNBEKANNT', 'nobody'])('%s is a person, not nobody', (name) =>
  expect(nameBesideNobody(name)).toBe(`“${name}”`),
);

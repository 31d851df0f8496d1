import type { Facts, Sentence } from '../strings/en/errors.ts';
import type { Namesakes } from '../../../contract/values.ts';
import { language } from './language.svelte.ts';

/** What is known of a failure: its code, its own English sentence, and facts. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** A failure in the language of the window; in English where a sentence of its own says most. */
export function sentenceOf(failure: Failure): string {
  const { code, message, details = {} } = failure;
  const all: Readonly<Record<string, Sentence | undefined>> = language.words.errors;
  const sentence = all[code];
  if (sentence === undefined) return message;
  return typeof sentence === 'string' ? sentence : sentence(factsOf(details));
}

function factsOf(details: Readonly<Record<string, unknown>>): Facts {
  const { file, ...facts } = details;
  return typeof file === 'string' ? { ...facts, file: file.split(/[\\/]/u).at(-1) ?? file } : facts;
}

/** What was done, and that somebody else's name is written almost the same. */
export const withNamesake = (said: string, [other]: Namesakes): string =>
  other === undefined ? said : `${said} ${language.words.people.rename.alike(other.name)}`;

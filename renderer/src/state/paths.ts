import { api, CallError } from '../api.ts';
import { language } from './language.svelte.ts';
import { describe } from './toasts.svelte.ts';

/** What a field for a path needs to offer *Choose …*; for `PathField`. */
export const pathPicker = () => ({
  browse: (at: string | undefined, endings: readonly string[] | undefined) =>
    api.call('files.browse', {
      ...(at === undefined || at.trim() === '' ? {} : { at: at.trim() }),
      ...(endings === undefined ? {} : { endings: [...endings] }),
    }),
  describe,
  words: language.words.frame.paths,
});

const ofPaths = /^(file_|folder_|backup_|database_|disk_full$|invalid_input$)/u;

/** A sentence for the field where a path is what is wrong; undefined where it is something else. */
export const pathProblem = (error: unknown): string | undefined =>
  error instanceof CallError && ofPaths.test(error.code) ? describe(error) : undefined;

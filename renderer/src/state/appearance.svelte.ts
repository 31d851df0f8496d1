import { language } from './language.svelte.ts';
import { settings } from './settings.svelte.ts';

/** Puts theme and language of the settings on the document; runs while the window lives. */
export function keepAppearance(): void {
  $effect(() => {
    const theme = settings.all?.theme ?? 'system';
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  });
  $effect(() => {
    document.documentElement.lang = language.code;
  });
}

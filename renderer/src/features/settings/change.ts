import { settings, type SettingsChanges } from '../../state/settings.svelte.ts';
import { toasts } from '../../state/toasts.svelte.ts';

/** Keeps a choice; says so only where that fails. */
export function change(changes: SettingsChanges): void {
  void settings.set(changes).catch((error: unknown) => toasts.failed(error));
}

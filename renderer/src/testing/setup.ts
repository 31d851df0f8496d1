import '@testing-library/svelte/vitest';
import { FakeShell } from './fake-shell.ts';

/** What browsers have and jsdom has not. */
Object.assign(globalThis, {
  navigation: new EventTarget(),
  ResizeObserver: class {
    observe = (): void => undefined;
    unobserve = (): void => undefined;
    disconnect = (): void => undefined;
  },
});
const still = { finished: Promise.resolve(), cancel: () => undefined, onfinish: null };
Object.assign(Element.prototype, {
  animate: () => still,
  getAnimations: () => [],
  scrollIntoView: () => undefined,
});
window.matchMedia = (media: string) =>
  ({
    media,
    matches: true,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;
URL.createObjectURL = () => 'blob:picture';
URL.revokeObjectURL = () => undefined;

/** The window speaks to it through the real bridge, as it does to the shell of Electron. */
export const shell = new FakeShell();
Object.assign(window, { likeness: shell });

/** What the PIN pad needs; all other keys do nothing. */
const ALLOWED = /^(\d|Backspace|Enter|Escape|Tab)$/u;

const swallowed = [
  'contextmenu',
  'dragenter',
  'dragover',
  'drop',
  'paste',
  'copy',
  'cut',
  'selectstart',
  'auxclick',
] as const;

/** Takes everything away that could lead out of the kiosk; gives what undoes that. */
export function lockWindow(): () => void {
  const abort = new AbortController();
  const options = { capture: true, passive: false, signal: abort.signal } as const;
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  for (const name of swallowed) addEventListener(name, swallow, options);
  addEventListener(
    'keydown',
    (event) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!plain || !ALLOWED.test(event.key)) swallow(event);
    },
    options,
  );
  // Ctrl and the wheel zoom; two fingers do as well.
  addEventListener('wheel', (event) => (event.ctrlKey ? swallow(event) : undefined), options);
  addEventListener('gesturestart', swallow, options);
  addEventListener(
    'click',
    (event) => {
      if (event.target instanceof Element && event.target.closest('a[href]')) swallow(event);
    },
    options,
  );
  const open = window.open.bind(window);
  window.open = () => null;
  return () => {
    abort.abort();
    window.open = open;
  };
}

/** Keeps the screen awake and, where a gesture allows it, the window full; both may be refused. */
export function holdScreen(): () => void {
  let sentinel: WakeLockSentinel | undefined;
  let ended = false;
  const wake = async () => {
    sentinel = await navigator.wakeLock.request('screen');
    if (ended) await sentinel.release();
  };
  const wakeAgain = () => {
    if (!document.hidden) void wake().catch(() => undefined);
  };
  wakeAgain();
  document.addEventListener('visibilitychange', wakeAgain);
  const fill = () => {
    if (document.fullscreenElement === null)
      void document.documentElement.requestFullscreen().catch(() => undefined);
  };
  addEventListener('pointerdown', fill);
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', wakeAgain);
    removeEventListener('pointerdown', fill);
    void sentinel?.release();
    if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
  };
}

/** The IPC channels between preload and main; the messages are those of contract/wire.ts. */
export const channels = {
  /** A page has begun to listen: a new conversation. */
  open: 'likeness:open',
  toShell: 'likeness:to-shell',
  toWindow: 'likeness:to-window',
} as const;

/** The pages' own origin. */
export const origin = 'app://likeness';
export const scheme = 'app';

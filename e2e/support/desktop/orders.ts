import type { ToWindow } from '../../../contract/wire.ts';

/** What a spec tells the double to do. */
export type Order =
  | { readonly kind: 'send'; readonly message: unknown }
  | { readonly kind: 'get' | 'visit'; readonly url: string }
  | { readonly kind: 'preferences' | 'close' };

/** What the double tells. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heard'; readonly message: ToWindow }
  | { readonly kind: 'got'; readonly status: number; readonly text: string }
  | { readonly kind: 'at'; readonly url: string; readonly windows: number }
  | { readonly kind: 'preferences'; readonly preferences: Readonly<Record<string, unknown>> };

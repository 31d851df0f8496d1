import { createHash } from 'node:crypto';
import type { ModelKey, NewTemplate } from '../store.ts';

export const model: ModelKey = { id: 'encoder', version: '1' };
export const NOW = '2026-01-02T03:04:05.000Z';

export const photoHash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** float32[128] that is nobody else's. */
export const encodingOf = (seed: number): Float32Array =>
  Float32Array.from({ length: 128 }, (_, i) => Math.sin(seed * 7919 + i) / 3);

/** A template that differs from others of the same person by its seed. */
export const template = (personId: number, seed: number): NewTemplate => ({
  personId,
  model,
  encoding: encodingOf(seed),
  quality: 0.5,
  photoHash: photoHash(`photo ${seed}`),
  source: `/photos/${seed}.jpg`,
  createdAt: NOW,
});

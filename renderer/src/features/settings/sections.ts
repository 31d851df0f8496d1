import type { Component } from 'svelte';
import About from '@lucide/svelte/icons/info';
import Access from '@lucide/svelte/icons/key-round';
import Appearance from '@lucide/svelte/icons/sun-moon';
import Backup from '@lucide/svelte/icons/archive';
import Camera from '@lucide/svelte/icons/camera';
import Device from '@lucide/svelte/icons/cpu';
import Kiosk from '@lucide/svelte/icons/monitor';
import Models from '@lucide/svelte/icons/box';
import Privacy from '@lucide/svelte/icons/shield-check';

export const sections = [
  'camera',
  'device',
  'models',
  'privacy',
  'backup',
  'access',
  'kiosk',
  'appearance',
  'about',
] as const;
export type Section = (typeof sections)[number];

export const sectionIcons: Readonly<Record<Section, Component>> = {
  camera: Camera,
  device: Device,
  models: Models,
  privacy: Privacy,
  backup: Backup,
  access: Access,
  kiosk: Kiosk,
  appearance: Appearance,
  about: About,
};

export const sectionOf = (name: string | undefined): Section =>
  sections.find((known) => known === name) ?? 'camera';

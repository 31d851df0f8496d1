import Activity from '@lucide/svelte/icons/scroll-text';
import Compare from '@lucide/svelte/icons/columns-2';
import Calibrate from '@lucide/svelte/icons/chart-spline';
import Live from '@lucide/svelte/icons/scan-face';
import People from '@lucide/svelte/icons/users-round';
import Photos from '@lucide/svelte/icons/images';
import Settings from '@lucide/svelte/icons/settings';
import Studio from '@lucide/svelte/icons/paintbrush';

/** The screens of the side bar, in its order; `key` follows `g`. */
export const navigation = [
  { screen: 'live', key: 'l', icon: Live },
  { screen: 'photos', key: 'f', icon: Photos },
  { screen: 'people', key: 'p', icon: People },
  { screen: 'compare', key: 'c', icon: Compare },
  { screen: 'studio', key: 's', icon: Studio },
  { screen: 'calibrate', key: 'k', icon: Calibrate },
  { screen: 'activity', key: 'a', icon: Activity },
  { screen: 'settings', key: 'e', icon: Settings },
] as const;

import type { Component } from 'svelte';
import Archive from '@lucide/svelte/icons/archive';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Columns from '@lucide/svelte/icons/columns-2';
import FolderInput from '@lucide/svelte/icons/folder-input';
import ImageMinus from '@lucide/svelte/icons/image-minus';
import Key from '@lucide/svelte/icons/key-round';
import Merge from '@lucide/svelte/icons/merge';
import Paintbrush from '@lucide/svelte/icons/paintbrush';
import Pencil from '@lucide/svelte/icons/pencil';
import ScanFace from '@lucide/svelte/icons/scan-face';
import Settings from '@lucide/svelte/icons/settings-2';
import Split from '@lucide/svelte/icons/split';
import Trash from '@lucide/svelte/icons/trash';
import ChartSpline from '@lucide/svelte/icons/chart-spline';
import Undo from '@lucide/svelte/icons/undo-2';
import UserX from '@lucide/svelte/icons/user-round-x';
import Upload from '@lucide/svelte/icons/share';
import UserPlus from '@lucide/svelte/icons/user-round-plus';
import KeyOff from '@lucide/svelte/icons/shield-off';
import type { ActivityKind } from '../../../../contract/application.ts';

export type { ActivityKind };

export const kindIcons: Readonly<Record<ActivityKind, Component>> = {
  enrolled: UserPlus,
  imported: FolderInput,
  identified: ScanFace,
  verified: Columns,
  renamed: Pencil,
  merged: Merge,
  split: Split,
  'template-removed': ImageMinus,
  deleted: Trash,
  painted: Paintbrush,
  exported: Upload,
  'settings-changed': Settings,
  'key-created': Key,
  'key-revoked': KeyOff,
  backup: Archive,
  restored: ArchiveRestore,
  calibrated: ChartSpline,
  'model-adopted': ScanFace,
  rejected: UserX,
  undone: Undo,
};

/** The kinds of the contract, whose own list would bring its schemas into the bundle. */
export const activityKinds = Object.keys(kindIcons) as readonly ActivityKind[];

import { buildFilterBank, filterBankManifest } from '../../../catalog/style-encoders.ts';
import type { StyleTeacher } from '../networks.ts';

/** The one encoder of style that is always here; random, but a student can learn it all the same. */
export const filterBankTeacher: StyleTeacher = {
  graph: buildFilterBank(),
  manifest: { ...filterBankManifest, bytes: 1, sha256: '0'.repeat(64) } as StyleTeacher['manifest'],
};

import { createRequire } from 'node:module';
import path from 'node:path';
import type { Box } from '../../contract/values.ts';

/** A photo and every face in it, marked by hand from forehead to chin and cheek to cheek. */
export interface MarkedPhoto {
  readonly file: string;
  readonly faces: readonly Box[];
}

const box = (left: number, top: number, right: number, bottom: number): Box => ({
  x: left,
  y: top,
  width: right - left,
  height: bottom - top,
});

const faces: Readonly<Record<string, readonly Box[]>> = {
  'sample1.jpg': [box(410, 345, 610, 600), box(831, 428, 1029, 654), box(1475, 210, 1690, 440)],
  // The first face is in full profile.
  'sample2.jpg': [box(365, 111, 547, 426), box(917, 244, 1072, 456), box(1427, 155, 1664, 370)],
  'sample3.jpg': [box(596, 321, 796, 602), box(1074, 212, 1315, 511), box(1505, 285, 1692, 577)],
  'sample4.jpg': [
    box(277, 213, 418, 433),
    box(662, 76, 852, 312),
    box(989, 190, 1171, 418),
    box(1275, 167, 1422, 392),
  ],
  'sample5.jpg': [
    box(768, 112, 951, 335),
    box(1111, 201, 1267, 417),
    box(611, 432, 768, 678),
    box(1409, 395, 1588, 671),
    box(395, 865, 559, 1178),
  ],
  'sample6.jpg': [
    box(248, 479, 468, 761),
    box(672, 322, 839, 632),
    box(1177, 298, 1365, 577),
    box(1498, 235, 1702, 562),
  ],
};

/** The six photos of the npm package @vladmandic/face-api: 22 faces of women, near and large. */
export function samplePhotos(): readonly MarkedPhoto[] {
  const packageFile = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json');
  return Object.entries(faces).map(([name, boxes]) => ({
    file: path.join(path.dirname(packageFile), 'demo', name),
    faces: boxes,
  }));
}

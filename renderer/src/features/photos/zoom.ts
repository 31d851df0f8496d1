import type { Box } from '../../../../contract/values.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where a photo lies on its stage, in pixels of the stage. */
export interface Place {
  /** 1: the whole photo fits. */
  readonly zoom: number;
  /** Of the photo's upper left corner. */
  readonly x: number;
  readonly y: number;
}

const MOST = 16;

/** Pixels of the stage per pixel of the photo, where all of it fits. */
export const fitScale = (stage: Size, photo: Size): number =>
  Math.min(stage.width / photo.width, stage.height / photo.height);

/** The whole photo, in the middle. */
export const fitted = (stage: Size, photo: Size): Place =>
  held({ zoom: 1, x: 0, y: 0 }, stage, photo);

/** No emptier than need be: the photo covers the stage, or lies in its middle where it is smaller. */
export function held({ zoom, x, y }: Place, stage: Size, photo: Size): Place {
  const scale = fitScale(stage, photo) * zoom;
  const within = (offset: number, room: number, size: number): number =>
    size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, offset));
  return {
    zoom,
    x: within(x, stage.width, photo.width * scale),
    y: within(y, stage.height, photo.height * scale),
  };
}

/** Nearer or further by a factor; what is at this point of the stage stays there. */
export function zoomedAt(
  place: Place,
  factor: number,
  [x, y]: readonly [number, number],
  stage: Size,
  photo: Size,
): Place {
  const zoom = Math.min(MOST, Math.max(1, place.zoom * factor));
  const ratio = zoom / place.zoom;
  return held({ zoom, x: x - (x - place.x) * ratio, y: y - (y - place.y) * ratio }, stage, photo);
}

export const panned = (place: Place, dx: number, dy: number, stage: Size, photo: Size): Place =>
  held({ ...place, x: place.x + dx, y: place.y + dy }, stage, photo);

/** A box of the photo comes into view; what is in view stays where it is. */
export function revealed(place: Place, box: Box, stage: Size, photo: Size): Place {
  const scale = fitScale(stage, photo) * place.zoom;
  const [left, top] = [place.x + box.x * scale, place.y + box.y * scale];
  const [width, height] = [box.width * scale, box.height * scale];
  const inside =
    left >= 0 && top >= 0 && left + width <= stage.width && top + height <= stage.height;
  if (inside) return place;
  return panned(
    place,
    stage.width / 2 - left - width / 2,
    stage.height / 2 - top - height / 2,
    stage,
    photo,
  );
}

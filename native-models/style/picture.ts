/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A picture while it is painted: sRGB from 0 to 1, plane after plane (all red, all green, all blue),
 * so that `data` is a tensor float32[1, 3, height, width]. A mask is the same with one plane.
 */
export interface Picture extends Size {
  readonly data: Float32Array;
}

export const areaOf = ({ width, height }: Size): number => width * height;

/** Number of planes. */
export const planesOf = ({ width, height, data }: Picture): number =>
  data.length / (width * height);

/** A black picture. */
export const blankPicture = ({ width, height }: Size, planes = 3): Picture => ({
  width,
  height,
  data: new Float32Array(planes * width * height),
});

export const sameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

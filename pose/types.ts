/** A position in pixels: x to the right, y down, pixel centres at integers. */
export interface Point {
  /** To the right. */
  readonly x: number;
  /** Down. */
  readonly y: number;
}

/** One entry per joint of a skeleton, in its order; null = not seen. */
export type Joints = readonly (Point | null)[];

/** A convex region in full-resolution pixels: its corners in order round it. */
export type Quad = readonly [Point, Point, Point, Point];

/** `[a, b, c, d, e, f]`: xs = a xt + b yt + c, ys = d xt + e yt + f, in full-resolution pixels. */
export type Affine = readonly [number, number, number, number, number, number];

/** Size of a picture in whole pixels. */
export interface Size {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/**
 * Pooling over square windows, for networks that are not trained: y[u, v] joins the values of
 *
 *   x[u stride - padding .. u stride - padding + size - 1, v stride - padding ..]
 *
 * that lie inside the picture. No gradients: VGG's pooling, which has them, is max_pool2d.ts.
 * Layouts: x [N, C, H, W] -> y [N, C, floor((H + 2 padding - size) / stride) + 1, ...]. Grid: `pictureGroups` of y.
 */
import { pictureGroups, pictureKernel, variants } from "../engine/kernel.ts";
import { imageShape, type Tensor } from "../engine/tensor.ts";
import { lines, range } from "./wgsl.ts";

/** WGSL of each way to join them: the start, what the next value makes of it, and the result. */
const joins = {
  max: { start: "-3.4e38", next: "max(joined, value)", result: "joined" },
  /** The mean of all of the window, zeros beyond the edge too: PyTorch's own. */
  average: { start: "0.0", next: "joined + value", result: "joined / area" },
  /** The mean of what lies inside: TensorFlow's, PyTorch's `count_include_pad=False`. */
  averageInside: { start: "0.0", next: "joined + value", result: "joined / inside" },
} as const;

export interface PoolOptions {
  readonly pool: keyof typeof joins;
  readonly size: number;
  readonly stride: number;
  /** At most half the size, so that no window lies beyond the edge. */
  readonly padding: number;
}

const kernelOf = variants(({ pool, size }: Pick<PoolOptions, "pool" | "size">) => {
  const { start, next, result } = joins[pool];
  const values = lines(
    range(size),
    (i) =>
      lines(
        range(size),
        (j) =>
          `if (u32(first_row + ${i}) < p.height && u32(first_column + ${j}) < p.width) {
      let value = x[u32(corner + ${i} * i32(p.width) + ${j})];
      joined = ${next};
      inside += 1.0;
    }`,
      ),
  );
  return pictureKernel({
    name: `${pool}_pool2d ${size}x${size}`,
    read: ["x"],
    write: ["y"],
    sizes: ["height", "width", "stride", "padding"],
    perRow: `let first_row = i32(row * p.stride) - i32(p.padding);`,
    element: `let first_column = i32(column * p.stride) - i32(p.padding);
    let corner = (i32(plane * p.height) + first_row) * i32(p.width) + first_column;
    let area = ${size * size}.0;
    var joined = ${start};
    var inside = 0.0;
    ${values}
    y[at] = ${result};`,
  });
});

/**
 * Pools x [N, C, H, W].
 * @throws TypeError when x has not four axes; RangeError when the window does not fit or the padding is more than half of it.
 */
export function pool2d(x: Tensor, { pool, size, stride, padding }: PoolOptions): Tensor {
  const { batch, channels, height, width } = imageShape("pool2d", "x", x);
  const [rows, columns] = [height, width].map((length) =>
    Math.floor((length + 2 * padding - size) / stride) + 1
  );
  if (rows < 1 || columns < 1 || 2 * padding > size) {
    throw new RangeError(
      `pool2d: a window of ${size}x${size} with padding ${padding} does not fit x [${x.shape}]`,
    );
  }
  const y = x.device.empty([batch, channels, rows, columns]);
  x.device.launch(
    kernelOf({ pool, size }),
    { x, y },
    { rows, columns, height, width, stride, padding },
    pictureGroups(batch * channels, rows, columns),
  );
  return y;
}

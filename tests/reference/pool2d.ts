import type { PoolOptions } from "../../kernels/pool2d.ts";
import type { Array64 } from "../op_check.ts";

/** pool2d by its definition: x [N, C, H, W]. */
export function pool2d({ shape, data }: Array64, options: PoolOptions): Array64 {
  const { pool, size, stride, padding } = options;
  const [batch, channels, height, width] = shape;
  const [rows, columns] = [height, width].map((length) =>
    Math.floor((length + 2 * padding - size) / stride) + 1
  );
  const result: number[] = [];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let u = 0; u < rows; u++) {
      for (let v = 0; v < columns; v++) {
        const inside: number[] = [];
        for (let y = u * stride - padding; y < u * stride - padding + size; y++) {
          for (let x = v * stride - padding; x < v * stride - padding + size; x++) {
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            inside.push(data[(plane * height + y) * width + x]);
          }
        }
        const sum = inside.reduce((sum, value) => sum + value);
        const joined = {
          max: Math.max(...inside),
          average: sum / size ** 2,
          averageInside: sum / inside.length,
        };
        result.push(joined[pool]);
      }
    }
  }
  return { shape: [batch, channels, rows, columns], data: Float64Array.from(result) };
}

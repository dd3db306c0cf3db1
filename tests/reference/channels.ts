import type { Array64 } from "../op_check.ts";

export function concat(...tensors: Array64[]): Array64 {
  const [batch, , height, width] = tensors[0].shape;
  const data: number[] = [];
  for (let n = 0; n < batch; n++) {
    for (const x of tensors) {
      const values = x.shape[1] * height * width;
      data.push(...x.data.subarray(n * values, (n + 1) * values));
    }
  }
  const channels = tensors.reduce((total, { shape }) => total + shape[1], 0);
  return { shape: [batch, channels, height, width], data: Float64Array.from(data) };
}

export function slice({ shape, data }: Array64, from: number, to: number): Array64 {
  const [batch, channels, height, width] = shape;
  const inside = (i: number) => {
    const channel = Math.floor(i / (height * width)) % channels;
    return channel >= from && channel < to;
  };
  return { shape: [batch, to - from, height, width], data: data.filter((_, i) => inside(i)) };
}

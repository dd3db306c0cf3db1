import type { Array64 } from "../op_check.ts";

export function instanceNorm(x: Array64, weight: Array64, bias: Array64): Array64 {
  return normalized(x, weight, bias, (variance) => Math.sqrt(variance + 1e-5));
}

export function layerNorm(x: Array64, weight: Array64, bias: Array64): Array64 {
  return normalized(x, weight, bias, (variance) => Math.sqrt(variance) + 1e-3);
}

/** Each picture in as many runs of values as there are weights, each run by its own mean and deviation. */
function normalized(
  { shape, data }: Array64,
  weight: Array64,
  bias: Array64,
  deviationOf: (variance: number) => number,
): Array64 {
  const channels = weight.data.length;
  const length = data.length / shape[0] / channels;
  const result = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += length) {
    const run = data.subarray(start, start + length);
    const mean = run.reduce((total, value) => total + value, 0) / length;
    const variance = run.reduce((total, value) => total + (value - mean) ** 2, 0) / length;
    const channel = (start / length) % channels;
    const factor = weight.data[channel] / deviationOf(variance);
    run.forEach((value, i) => result[start + i] = factor * (value - mean) + bias.data[channel]);
  }
  return { shape, data: result };
}

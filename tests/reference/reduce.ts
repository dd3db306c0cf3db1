import type { Array64 } from "../op_check.ts";

export function sum({ data }: Array64): Array64 {
  return { shape: [1], data: Float64Array.of(data.reduce((total, value) => total + value, 0)) };
}

export function mean(x: Array64): Array64 {
  return { shape: [1], data: sum(x).data.map((total) => total / x.data.length) };
}

export function sumPerChannel({ shape: [, channels, height, width], data }: Array64): Array64 {
  const totals = new Float64Array(channels);
  data.forEach((value, i) => totals[Math.floor(i / (height * width)) % channels] += value);
  return { shape: [channels], data: totals };
}

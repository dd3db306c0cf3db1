/**
 * What a layer does with its sums before it writes them, in networks that are not trained: limits them. As the
 * limits are parameters of a kernel, `clamp(sum, p.low, p.high)`, activations need no kernels of their own.
 */
const LARGEST = 3.4028234663852886e38;

export const activations = {
  none: { low: -LARGEST, high: LARGEST },
  relu: { low: 0, high: LARGEST },
  /** As in MobileNet. */
  relu6: { low: 0, high: 6 },
} as const;

export type Activation = keyof typeof activations;

/**
 * Activations of networks that are not trained: a layer limits its sums before it writes them. The limits are
 * parameters of its kernel, `clamp(sum, p.low, p.high)`, so activations need no kernels of their own.
 */
const LARGEST = 3.4028234663852886e38;

export const activations = {
  none: { low: -LARGEST, high: LARGEST },
  relu: { low: 0, high: LARGEST },
  /** As in MobileNet. */
  relu6: { low: 0, high: 6 },
} as const;

export type Activation = keyof typeof activations;

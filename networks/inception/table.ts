/**
 * Inception-v3 (Szegedy et al., "Rethinking the Inception architecture", 2016) as torchvision builds and names it.
 * Every convolution is followed by a batch norm before its ReLU.
 */
import type { PoolOptions } from "../../kernels/pool2d.ts";
import type { Branches, Convolution, Sequence } from "../sequence.ts";

/** Padded so that nothing shrinks. */
function conv(name: string, outputs: number, height = 1, width = height): Convolution {
  const padding = [(height - 1) / 2, (width - 1) / 2] as const;
  return { name, outputs, kernel: [height, width], stride: 1, padding };
}

/** 3x3 without padding. */
function valid(name: string, outputs: number, stride = 1): Convolution {
  return { name, outputs, kernel: [3, 3], stride, padding: [0, 0] };
}

const halvingPool: PoolOptions = { pool: "max", size: 3, stride: 2, padding: 0 };

/** 35x35 pixels. */
function blockA(name: string, pool: PoolOptions, pooled: number): Branches {
  return {
    branches: [
      [conv(`${name}.branch1x1`, 64)],
      [conv(`${name}.branch5x5_1`, 48), conv(`${name}.branch5x5_2`, 64, 5)],
      [
        conv(`${name}.branch3x3dbl_1`, 64),
        conv(`${name}.branch3x3dbl_2`, 96, 3),
        conv(`${name}.branch3x3dbl_3`, 96, 3),
      ],
      [pool, conv(`${name}.branch_pool`, pooled)],
    ],
  };
}

/** From 35x35 to 17x17. */
function blockB(name: string): Branches {
  return {
    branches: [
      [valid(`${name}.branch3x3`, 384, 2)],
      [
        conv(`${name}.branch3x3dbl_1`, 64),
        conv(`${name}.branch3x3dbl_2`, 96, 3),
        valid(`${name}.branch3x3dbl_3`, 96, 2),
      ],
      [halvingPool],
    ],
  };
}

/** 17x17. */
function blockC(name: string, pool: PoolOptions, inner: number): Branches {
  return {
    branches: [
      [conv(`${name}.branch1x1`, 192)],
      [
        conv(`${name}.branch7x7_1`, inner),
        conv(`${name}.branch7x7_2`, inner, 1, 7),
        conv(`${name}.branch7x7_3`, 192, 7, 1),
      ],
      [
        conv(`${name}.branch7x7dbl_1`, inner),
        conv(`${name}.branch7x7dbl_2`, inner, 7, 1),
        conv(`${name}.branch7x7dbl_3`, inner, 1, 7),
        conv(`${name}.branch7x7dbl_4`, inner, 7, 1),
        conv(`${name}.branch7x7dbl_5`, 192, 1, 7),
      ],
      [pool, conv(`${name}.branch_pool`, 192)],
    ],
  };
}

/** From 17x17 to 8x8. */
function blockD(name: string): Branches {
  return {
    branches: [
      [conv(`${name}.branch3x3_1`, 192), valid(`${name}.branch3x3_2`, 320, 2)],
      [
        conv(`${name}.branch7x7x3_1`, 192),
        conv(`${name}.branch7x7x3_2`, 192, 1, 7),
        conv(`${name}.branch7x7x3_3`, 192, 7, 1),
        valid(`${name}.branch7x7x3_4`, 192, 2),
      ],
      [halvingPool],
    ],
  };
}

/** 8x8. */
function blockE(name: string, pool: PoolOptions): Branches {
  const both = (branch: string): Branches => ({
    branches: [
      [conv(`${name}.${branch}a`, 384, 1, 3)],
      [conv(`${name}.${branch}b`, 384, 3, 1)],
    ],
  });
  return {
    branches: [
      [conv(`${name}.branch1x1`, 320)],
      [conv(`${name}.branch3x3_1`, 384), both("branch3x3_2")],
      [
        conv(`${name}.branch3x3dbl_1`, 448),
        conv(`${name}.branch3x3dbl_2`, 384, 3),
        both("branch3x3dbl_3"),
      ],
      [pool, conv(`${name}.branch_pool`, 192)],
    ],
  };
}

/**
 * From a picture [N, 3, 299, 299] to its last map [N, 2048, 8, 8]. `pool` and `lastPool` are what the blocks' fourth branches begin
 * with, in all blocks but the last and in the last.
 */
export function inceptionV3(pool: PoolOptions, lastPool: PoolOptions): Sequence {
  return [
    valid("Conv2d_1a_3x3", 32, 2),
    valid("Conv2d_2a_3x3", 32),
    conv("Conv2d_2b_3x3", 64, 3),
    halvingPool,
    conv("Conv2d_3b_1x1", 80),
    valid("Conv2d_4a_3x3", 192),
    halvingPool,
    blockA("Mixed_5b", pool, 32),
    blockA("Mixed_5c", pool, 64),
    blockA("Mixed_5d", pool, 64),
    blockB("Mixed_6a"),
    blockC("Mixed_6b", pool, 128),
    blockC("Mixed_6c", pool, 160),
    blockC("Mixed_6d", pool, 160),
    blockC("Mixed_6e", pool, 192),
    blockD("Mixed_7a"),
    blockE("Mixed_7b", pool),
    blockE("Mixed_7c", lastPool),
  ];
}

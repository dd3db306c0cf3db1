/** Clips for Chromium's fake camera, which plays YUV4MPEG2 files round and round. */
import type { Picture } from "../../data/types.ts";

/** The pictures, of one even size, as a clip: planes of brightness and, at half the resolution, of colour (BT.601). */
export function encodeY4m(pictures: readonly Picture[], fps: number): Uint8Array {
  const [{ width, height }] = pictures;
  const text = new TextEncoder();
  const parts: Uint8Array[] = [
    text.encode(`YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`),
  ];
  for (const picture of pictures) parts.push(text.encode("FRAME\n"), ...planes(picture));
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function planes({ width, height, pixels }: Picture): Uint8Array[] {
  const plane = (step: number, weights: readonly number[], offset: number) =>
    Uint8Array.from({ length: width * height / step ** 2 }, (_, i) => {
      const row = width / step;
      const at = 3 * (Math.floor(i / row) * step * width + (i % row) * step);
      return offset + weights.reduce((sum, weight, c) => sum + weight * pixels[at + c], 0);
    });
  return [
    plane(1, [0.299, 0.587, 0.114], 0),
    plane(2, [-0.169, -0.331, 0.5], 128),
    plane(2, [0.5, -0.419, -0.081], 128),
  ];
}

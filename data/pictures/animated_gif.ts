import gifenc from "gifenc";
import type { Picture } from "../types.ts";
import { opaqueRgba } from "./rgba.ts";

const { applyPalette, GIFEncoder, quantize } = gifenc;

const MOST_COLOURS = 256;

/**
 * Encodes pictures of one size as an animation that goes on for ever, each with its own 256 colours.
 *
 * @param fps pictures a second; a delay is in hundredths: 2 at least, as viewers slow down what is shown for less, and
 * 65,535 at most
 */
export async function encodeGif(
  pictures: AsyncIterable<Picture>,
  fps: number,
): Promise<Uint8Array> {
  const gif = GIFEncoder();
  const hundredths = (frame: number) => Math.round(frame * 100 / fps);
  let frame = 0;
  for await (const picture of pictures) {
    const rgba = opaqueRgba(picture);
    const palette = quantize(rgba, MOST_COLOURS);
    const delay = 10 * (hundredths(frame + 1) - hundredths(frame));
    const { width, height } = picture;
    gif.writeFrame(applyPalette(rgba, palette), width, height, { palette, delay, repeat: 0 });
    frame++;
  }
  gif.finish();
  return gif.bytes();
}

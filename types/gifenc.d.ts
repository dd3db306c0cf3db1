/** What this project uses of gifenc, which has no types of its own. */

declare module "gifenc" {
  type Palette = number[][];

  interface GifStream {
    /** `delay` in milliseconds, written in hundredths of a second; `repeat` 0: for ever. */
    writeFrame(
      indices: Uint8Array,
      width: number,
      height: number,
      options: { palette: Palette; delay: number; repeat: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  }

  const gifenc: {
    GIFEncoder(): GifStream;
    quantize(rgba: Uint8Array, maxColors: number): Palette;
    applyPalette(rgba: Uint8Array, palette: Palette): Uint8Array;
  };
  export default gifenc;
}

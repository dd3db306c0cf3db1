/// <reference lib="dom" />
/** Pictures between the browser and this project. */
import type { Picture } from "../data/types.ts";
import { opaqueRgba, overWhite } from "../data/pictures/rgba.ts";

/** Longer side of photos, in pixels: more than any model's frame shows. */
const MOST_SIDE = 1024;
/** Rows of a canvas, at least: pictures are enlarged smoothly to that. */
const CANVAS_ROWS = 768;

/**
 * Reads a picture of any kind that the browser opens, upright, scaled down to 1024 pixels a side.
 * @throws Error of one sentence where it is none.
 */
export async function readPhoto(file: File): Promise<Picture> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} does not open as a picture: take a JPEG, PNG or WebP.`);
  });
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height]
    .map((side) => Math.max(1, Math.round(side * scale)));
  const context = smoothContext(new OffscreenCanvas(width, height));
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return overWhite(context.getImageData(0, 0, width, height));
}

/** Shows a picture, enlarged smoothly. */
export function showPicture(canvas: HTMLCanvasElement, picture: Picture): void {
  const scale = Math.max(1, Math.round(CANVAS_ROWS / picture.height));
  const [width, height] = [picture.width * scale, picture.height * scale];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = smoothContext(canvas);
  // Smooth enlarging lets the background shine through at the edges: sharp pixels lie under them.
  for (const smooth of [false, true]) {
    context.imageSmoothingEnabled = smooth;
    context.drawImage(rasterOf(picture), 0, 0, width, height);
  }
}

/** The picture as a PNG, pixel for pixel. */
export function encodePng(picture: Picture): Promise<Blob> {
  return rasterOf(picture).convertToBlob({ type: "image/png" });
}

function rasterOf(picture: Picture): OffscreenCanvas {
  const raster = new OffscreenCanvas(picture.width, picture.height);
  const rgba = new Uint8ClampedArray(opaqueRgba(picture).buffer);
  raster.getContext("2d")!.putImageData(new ImageData(rgba, picture.width), 0, 0);
  return raster;
}

function smoothContext(canvas: HTMLCanvasElement | OffscreenCanvas) {
  const context = canvas.getContext("2d") as
    | CanvasRenderingContext2D
    | OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = "high";
  return context;
}

/// <reference lib="dom" />
/** Pictures between the browser and this project. */
import type { Picture } from "../data/types.ts";
import * as photos from "../repose/photo.ts";

/** Longer side of photos, in pixels: more than any model's frame shows. */
const MOST_SIDE = 1024;
/** Rows of a canvas, at least: pictures are enlarged smoothly to that. */
const CANVAS_ROWS = 768;

/**
 * Reads a picture of any kind that the browser opens, upright, scaled down to 1024 pixels a side.
 * @throws Error of one sentence where it is none.
 */
export async function readPhoto(file: File): Promise<Picture> {
  return await photos.readPhoto(file, MOST_SIDE).catch(() => {
    throw new Error(`${file.name} does not open as a picture: take a JPEG, PNG or WebP.`);
  });
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
  raster.getContext("2d")!.putImageData(photos.imageDataOf(picture), 0, 0);
  return raster;
}

function smoothContext(canvas: HTMLCanvasElement) {
  const context = canvas.getContext("2d")!;
  context.imageSmoothingQuality = "high";
  return context;
}

import type { Picture } from "../data/types.ts";
import { opaqueRgba, overWhite } from "../data/pictures/rgba.ts";

/** A picture as browsers have it: a file, an image or canvas element, a bitmap, or pixels. */
export type Photo = ImageBitmapSource;

/** What is used of a browser's 2D canvas, which not all web runtimes have. */
interface Canvas {
  getContext(kind: "2d"): {
    imageSmoothingQuality: string;
    drawImage(image: ImageBitmap, x: number, y: number, width: number, height: number): void;
    getImageData(x: number, y: number, width: number, height: number): ImageData;
  } | null;
}

/**
 * The pixels of a photo, upright; those of ImageData need no canvas.
 *
 * @param mostSide pixels of the longer side, to which larger files and elements are scaled down
 * @throws DOMException where a file is no picture that the browser opens; TypeError where there is no canvas
 */
export async function readPhoto(photo: Photo, mostSide = Infinity): Promise<Picture> {
  if (photo instanceof ImageData) return overWhite(photo);
  const bitmap = await createImageBitmap(photo);
  const scale = Math.min(1, mostSide / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height]
    .map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height) as unknown as Canvas;
  const context = canvas.getContext("2d");
  if (!context) throw new TypeError("there is no 2D canvas here: give photos as ImageData");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return overWhite(context.getImageData(0, 0, width, height));
}

/** The picture for a canvas: `context.putImageData(imageDataOf(picture), 0, 0)`. */
export function imageDataOf(picture: Picture): ImageData {
  return new ImageData(new Uint8ClampedArray(opaqueRgba(picture).buffer), picture.width);
}

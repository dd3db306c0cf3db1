/// <reference lib="deno.worker" />
/** Reads pictures in a thread of its own; see picture_pool.ts. */
import { readPicture } from "./image_file.ts";
import type { Picture } from "./picture.ts";

export interface PictureRequest {
  readonly id: number;
  readonly path: string;
}

export type PictureReply =
  | { readonly id: number; readonly picture: Picture }
  | { readonly id: number; readonly message: string };

self.onmessage = async ({ data: { id, path } }: MessageEvent<PictureRequest>) => {
  try {
    const picture = await readPicture(path);
    reply({ id, picture }, [picture.pixels.buffer as ArrayBuffer]);
  } catch (error) {
    reply({ id, message: (error as Error).message });
  }
};

function reply(message: PictureReply, transfer: ArrayBuffer[] = []): void {
  self.postMessage(message, transfer);
}

/// <reference lib="deno.worker" />
import { decodePicture } from "../../../data/pictures/image_file.ts";

self.onmessage = async ({ data }: MessageEvent<Uint8Array>) => {
  self.postMessage(await decodePicture(data, "message"));
};

/// <reference lib="dom" />
/** What the visitor may keep. */
import { blankPicture, resize } from "../data/pictures/picture.ts";
import type { Picture } from "../data/types.ts";
import { contactSheet } from "../data/pictures/sheet.ts";
import { drawSkeleton } from "../pose/draw.ts";
import { formatOpenPose } from "../pose/formats/openpose_write.ts";
import { human } from "../pose/skeleton.ts";
import { transformJoints } from "../pose/transform.ts";
import type { Joints, Size } from "../pose/types.ts";
import { encodePng, showPicture } from "./pictures.ts";

/** Rows of a picture in sheets and animations, at least. */
const ROWS = 384;

/** The painted picture, pixel for pixel. */
export async function savePicture(painted: Picture): Promise<void> {
  save("repose.png", await encodePng(painted));
}

/** Source, pose and result in a row. */
export async function saveSheet(source: Picture, joints: Joints, painted: Picture): Promise<void> {
  const [from, to] = [enlarge(source), enlarge(painted)];
  const pose = blankPicture(to, [23, 22, 26]);
  drawSkeleton(pose.pixels, pose, human, transformJoints(joints, to.height / painted.height, 0, 0));
  save("repose-side-by-side.png", await encodePng(contactSheet([[from, pose, to]])));
}

/** Somebody as they are, and in several poses, in a grid that is about square. */
export async function savePoses(source: Picture, painted: AsyncIterable<Picture>): Promise<void> {
  const pictures = [source, ...await Array.fromAsync(painted)].map(enlarge);
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const rows = Array.from(
    { length: Math.ceil(pictures.length / columns) },
    (_, row) => pictures.slice(row * columns, (row + 1) * columns),
  );
  save("repose-poses.png", await encodePng(contactSheet(rows)));
}

/** An animation that goes on for ever. */
export async function saveGif(pictures: AsyncIterable<Picture>, fps: number): Promise<void> {
  const enlarged = async function* () {
    for await (const picture of pictures) yield enlarge(picture);
  };
  const { encodeGif } = await import("../data/pictures/animated_gif.ts");
  const bytes = await encodeGif(enlarged(), fps);
  save("repose.gif", new Blob([bytes as BlobPart], { type: "image/gif" }));
}

/** The same as a clip, which the browser encodes in the time that it takes to play. */
export async function saveWebm(pictures: AsyncIterable<Picture>, fps: number): Promise<void> {
  const frames = await Array.fromAsync(pictures);
  const canvas = document.createElement("canvas");
  showPicture(canvas, frames[0]);
  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm" });
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const isStopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  for (const frame of frames) {
    showPicture(canvas, frame);
    await new Promise((resolve) => setTimeout(resolve, 1000 / fps));
  }
  recorder.stop();
  await isStopped;
  save("repose.webm", new Blob(parts, { type: "video/webm" }));
}

/** A model as a file that the command line opens. */
export function saveModel(bytes: Uint8Array): void {
  save("yours.safetensors", new Blob([bytes as BlobPart]));
}

/** The pose, of a picture of a size, as a file that the command line reads. */
export function savePose(joints: Joints, picture: Size): void {
  save("pose.json", new Blob([formatOpenPose(joints, picture)], { type: "application/json" }));
}

function enlarge(picture: Picture): Picture {
  const factor = Math.ceil(ROWS / picture.height);
  return resize(picture, { width: picture.width * factor, height: picture.height * factor });
}

function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(content);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

import { readText } from "../files/read.ts";
import { join } from "node:path";
import { parseJson, parsePoseJson, type PoseFile } from "../../pose/formats/pose_json.ts";
import { CocoList } from "../../pose/formats/coco_list.ts";
import { type PoseFormat, poseFormats } from "../../pose/formats/orders.ts";
import { checkAllInside } from "../../pose/formats/inside.ts";
import type { Skeleton } from "../../pose/skeleton.ts";
import type { Joints } from "../../pose/types.ts";
import type { Located } from "./layout.ts";
import type { Picture } from "../types.ts";
import { readPoseTable } from "./pose_table.ts";

/** The pose of one picture is broken; those of others may well be good. */
export class BrokenPose extends Error {}

/**
 * The joints of the person in a picture; null where nobody is seen, undefined for a picture that the source does not
 * have.
 * @throws BrokenPose for what concerns this picture alone.
 */
export type PoseSource = (picture: Picture, located: Located) => Promise<Joints | null | undefined>;

/** `openpose:poses.json` -> its format and path; no format where none is given. */
export function splitFormat(text: string): { format?: PoseFormat; path: string } {
  const format = poseFormats.find((name) => text.startsWith(`${name}:`));
  return format ? { format, path: text.slice(format.length + 1) } : { path: text };
}

/**
 * Poses from files: `text` is a list in the authors' format (`.csv`), COCO's JSON with many pictures,
 * or a folder with a JSON file for each picture, `NAME.json` or, as OpenPose writes, `NAME_keypoints.json`,
 * where the pictures' folder has NAME.jpg; a folder may come after a format, as in `coco:poses`.
 * @throws Error that names the file at fault.
 */
export async function openPoses(text: string, skeleton: Skeleton): Promise<PoseSource> {
  const lookUp = await openFiles(text, skeleton);
  return async (picture, located) => {
    try {
      return await lookUp(picture, located);
    } catch (error) {
      throw new BrokenPose((error as Error).message, { cause: error });
    }
  };
}

async function openFiles(text: string, skeleton: Skeleton): Promise<PoseSource> {
  const { format, path } = splitFormat(text);
  const info = await Deno.stat(path).catch((error: Error) => {
    throw new Error(`cannot read the poses: ${error.message}`);
  });
  if (info.isDirectory) {
    return (size, located) => poseBeside(path, { format, size, skeleton }, located);
  }
  if (/\.csv$/i.test(path)) {
    const table = await readPoseTable(path, skeleton);
    return (picture, { name }) => {
      const index = table.indexOf(name);
      if (index === null) return Promise.resolve(undefined);
      const joints = table.joints(index);
      checkAllInside(joints, skeleton.joints, `${table.place(index)}: ${name}`, picture);
      return Promise.resolve(joints);
    };
  }
  const list = CocoList.from(parseJson(await readText(path, "the poses"), path), path);
  if (list === null) {
    throw new Error(`${path} has no lists "images" and "annotations": give a folder of JSON files`);
  }
  return (picture, { name, path }) => {
    const listed = [name, path].find((each) => list.has(each));
    return Promise.resolve(listed === undefined ? undefined : list.joints(listed, picture));
  };
}

async function poseBeside(
  folder: string,
  given: Omit<PoseFile, "file">,
  { path }: Located,
): Promise<Joints | null | undefined> {
  const stem = join(folder, path.replace(/\.[^.]*$/, ""));
  for (const file of [`${stem}.json`, `${stem}_keypoints.json`]) {
    const text = await Deno.readTextFile(file).catch((error: Error) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
    if (text !== null) return parsePoseJson(text, { file, ...given });
  }
  return undefined;
}

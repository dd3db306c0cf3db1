import { join } from "node:path";
import { clipPictures } from "../../data/pictures/ffmpeg.ts";
import { isPictureName, readPicture } from "../../data/pictures/image_file.ts";
import { splitFormat } from "../../data/sets/pose_source.ts";
import { parseJson, type PoseFile } from "../../pose/formats/pose_json.ts";
import { frameName, jointsOfFrame, parsePoseTrack } from "../../pose/formats/pose_track.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints, Size } from "../../pose/types.ts";
import type { FindPose } from "./find_pose.ts";
import { readJoints, readText } from "./pose_file.ts";

/** A pose to paint somebody in. */
export interface TargetPose {
  /** For error messages. */
  readonly name: string;
  /** All missing where nobody is seen. */
  readonly joints: Joints;
  /** Of the picture that it belongs to; null where that is not known. */
  readonly size: Size | null;
}

/** One pose, or several in order. */
export interface TargetPoses {
  readonly poses: readonly TargetPose[];
  /** Whether `text` named a series, even one of a single pose. */
  readonly isSeries: boolean;
  /** Whether they are one person's, in pictures of one scale. */
  readonly isMovement: boolean;
  /** Poses a second, where the file says. */
  readonly fps?: number;
}

/** What goes for all poses. */
export interface PoseReading {
  /** Of the picture that pose files belong to; null where that is not known. */
  readonly size: Size | null;
  /** How often a clip is looked at a second. */
  readonly fps?: number;
}

type PoseGiven = Omit<PoseFile, "file">;

const listEntryPattern = /\.(csv|json)#/i;
const clipPattern = /\.(mp4|m4v|mov|webm|mkv|avi|gif)$/i;
/** Poses a second where nothing says. */
export const usualFps = 25;

/**
 * The poses that `text` names: a picture; a pose file as `readJoints` takes it; a pose track, JSON such as
 * `{"fps": 25, "frames": [POSE, ...]}` where each POSE is what a pose file holds, or null for nobody; a folder of
 * pictures or of pose files, in the order of their names; a clip, looked at `fps` times a second.
 * A pose file is checked against the size of its picture where that is given.
 * Throws an Error of one line that names the file at fault.
 */
export async function readTargetPoses(
  text: string,
  findPose: FindPose,
  { size, fps = usualFps }: PoseReading,
): Promise<TargetPoses> {
  const { format, path } = splitFormat(text);
  const given = { format, size };
  const isInList = listEntryPattern.test(path);
  if (!isInList && isPictureName(path)) return one(await poseInPicture(path, findPose));
  if (!isInList && clipPattern.test(path)) {
    return { poses: await posesInClip(path, findPose, fps), isSeries: true, isMovement: true, fps };
  }
  if (await isFolder(path)) {
    return { poses: await posesInFolder(path, findPose, given), isSeries: true, isMovement: false };
  }
  const document = /\.json$/i.test(path) ? parseJson(await readText(path), path) : null;
  const track = parsePoseTrack(document, { file: path, ...given });
  if (track) {
    const poses = track.frames.map((joints, i) => ({ name: frameName(path, i), joints, size }));
    return { poses, isSeries: true, isMovement: true, fps: track.fps };
  }
  return one({ name: text, joints: await readJoints(text, human, size), size });
}

function one(pose: TargetPose): TargetPoses {
  return { poses: [pose], isSeries: false, isMovement: false };
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isDirectory, () => false);
}

async function posesInFolder(
  folder: string,
  findPose: FindPose,
  given: PoseGiven,
): Promise<TargetPose[]> {
  const poses: TargetPose[] = [];
  for (const file of await filesIn(folder)) {
    poses.push(
      isPictureName(file) ? await poseInPicture(file, findPose) : await poseInFile(file, given),
    );
  }
  return poses;
}

async function poseInFile(file: string, given: PoseGiven): Promise<TargetPose> {
  const document = parseJson(await readText(file), file);
  return { name: file, joints: jointsOfFrame(document, { file, ...given }), size: given.size };
}

async function filesIn(folder: string): Promise<string[]> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  const pictures = names.filter((name) => isPictureName(name));
  const files = names.filter((name) => /\.json$/i.test(name));
  if (pictures.length > 0 && files.length > 0) {
    throw new Error(`${folder} holds both pictures and JSON files: leave one kind`);
  }
  const found = [...pictures, ...files];
  if (found.length === 0) throw new Error(`${folder} holds no pictures and no JSON files`);
  const inOrder = found.sort(new Intl.Collator("en", { numeric: true }).compare);
  return inOrder.map((name) => join(folder, name));
}

async function poseInPicture(path: string, findPose: FindPose): Promise<TargetPose> {
  const picture = await readPicture(path);
  const { width, height } = picture;
  return { name: path, joints: await findPose(picture), size: { width, height } };
}

async function posesInClip(path: string, findPose: FindPose, fps: number): Promise<TargetPose[]> {
  const poses: TargetPose[] = [];
  for await (const picture of clipPictures(path, fps)) {
    const { width, height } = picture;
    const name = `${path}: picture ${poses.length + 1}`;
    poses.push({ name, joints: await findPose(picture), size: { width, height } });
  }
  if (poses.length === 0) throw new Error(`${path} has no pictures`);
  return poses;
}

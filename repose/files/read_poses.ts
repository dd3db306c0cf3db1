/** Reads who is to be painted, and in which poses, from files. */
import { join } from "node:path";
import { isFolder } from "../../data/files/look.ts";
import { readText } from "../../data/files/read.ts";
import { readLines } from "../../data/files/lines.ts";
import type { Picture } from "../../data/types.ts";
import { clipPictures } from "../../data/pictures/ffmpeg.ts";
import { isPictureName, readPicture } from "../../data/pictures/image_file.ts";
import { splitFormat } from "../../data/sets/pose_source.ts";
import { checkAnnotationHeader, parseAnnotation } from "../../pose/formats/annotation.ts";
import { CocoList } from "../../pose/formats/coco_list.ts";
import { checkAllInside } from "../../pose/formats/inside.ts";
import { parseJson, posedJoints, type PoseFile } from "../../pose/formats/pose_json.ts";
import { jointsOfFrame } from "../../pose/formats/pose_track.ts";
import { human, type Skeleton } from "../../pose/skeleton.ts";
import type { Joints, Size } from "../../pose/types.ts";
import { largestOf, personOf } from "../people.ts";
import type { FindPeople } from "../studio.ts";
import { type Subject, subjectIn } from "../subject.ts";
import {
  onePose,
  posesInDocument,
  requireAnchors,
  type TargetPose,
  type TargetPoses,
  USUAL_FPS,
} from "../target_poses.ts";

/**
 * Reads a picture with a person and fits the person to the model's frame.
 *
 * @param pose as `readPose` takes it; without it the pose is found in the picture
 * @param person who it is of those that are found, 1 for the largest
 * @param skeleton whose pose it is
 * @throws Error of one line that names the file at fault
 */
export async function readSubject(
  file: string,
  pose: string | undefined,
  frame: Size,
  findPeople: FindPeople,
  person = 1,
  skeleton: Skeleton = human,
): Promise<Subject> {
  const picture = await readPicture(file);
  const people = pose === undefined
    ? await findPeople(picture)
    : [await readPose(pose, picture, skeleton)];
  const joints = personOf(file, people, person);
  requireAnchors(pose ?? file, joints, skeleton);
  return subjectIn(file, picture, joints, frame, people.length);
}

/** What is known of all the poses that are read. */
export interface PoseReading {
  /** Of the picture that pose files belong to; null where that is not known. */
  readonly size: Size | null;
  /** Whose they are: a person's, unless given. */
  readonly skeleton?: Skeleton;
  /** How often a clip is looked at a second. */
  readonly fps?: number;
}

const clipPattern = /\.(mp4|m4v|mov|webm|mkv|avi|gif)$/i;

/**
 * The poses that `text` names: a picture; a pose file as `readPose` takes it; a pose track, JSON such as
 * `{"fps": 25, "frames": [POSE, ...]}` where each POSE is what a pose file holds, or null for nobody; a folder of
 * pictures or of pose files, in the order of their names; a clip, looked at `fps` times a second.
 * A pose file is checked against the size of its picture where that is given.
 * @throws Error of one line that names the file at fault.
 */
export async function readTargetPoses(
  text: string,
  findPeople: FindPeople,
  { size, skeleton = human, fps = USUAL_FPS }: PoseReading,
): Promise<TargetPoses> {
  const { format, path } = splitFormat(text);
  const { name } = splitEntry(path);
  if (name === undefined) {
    if (isPictureName(path)) return onePose(await poseInPicture(path, findPeople));
    if (clipPattern.test(path)) {
      return {
        poses: await posesInClip(path, findPeople, fps),
        isSeries: true,
        isMovement: true,
        fps,
      };
    }
    if (await isFolder(path)) {
      const poses = await posesInFolder(path, findPeople, { format, size, skeleton });
      return { poses, isSeries: true, isMovement: false };
    }
    if (!/\.csv$/i.test(path)) {
      const document = await readDocument(path);
      if (!CocoList.from(document, path)) {
        const given = { file: path, format, size, skeleton };
        const { poses, ...series } = posesInDocument(document, given);
        return { ...series, poses: series.isSeries ? poses : [{ ...poses[0], name: text }] };
      }
    }
  }
  return onePose({ name: text, joints: await readPose(text, size, skeleton), size });
}

/**
 * The joints that `text` names: a JSON file in a format that pose_json.ts knows, `FORMAT:FILE` where the
 * file leaves it open, or `FILE#NAME`, the picture NAME of a list: the authors' (`.csv`) or COCO's.
 * @throws Error that names the file and what is wrong: also for a joint outside a picture of `size`,
 * where that is known.
 */
export async function readPose(
  text: string,
  size: Size | null,
  skeleton: Skeleton = human,
): Promise<Joints> {
  const { format, path } = splitFormat(text);
  const { file, name } = splitEntry(path);
  if (/\.csv$/i.test(file)) return await findInList(file, name, size, skeleton);
  const document = await readDocument(file);
  const list = CocoList.from(document, file);
  if (list && name === undefined && list.count > 1) throw listsMany(file);
  if (name === undefined) return posedJoints(document, { file, format, size, skeleton });
  const joints = list?.joints(name, size);
  if (joints) return joints;
  throw new Error(`${file} has no pose of ${name}`);
}

/** The file or folder that a text names as `readPose` and `readTargetPoses` take it. */
export function poseFile(text: string): string {
  return splitEntry(splitFormat(text).path).file;
}

/** FILE#NAME, where the file may be a list. */
function splitEntry(path: string): { file: string; name?: string } {
  const [file, name] = path.split(/(?<=\.(?:csv|json))#/i);
  return { file, name };
}

async function findInList(
  file: string,
  wanted: string | undefined,
  size: Size | null,
  skeleton: Skeleton,
): Promise<Joints> {
  if (wanted === undefined) throw listsMany(file);
  let line = 0;
  for await (const text of readLines(file)) {
    const place = { file, line: ++line };
    if (line === 1) checkAnnotationHeader(text, place);
    else if (text.split(":", 1)[0].trim() === wanted) {
      const { name, joints } = parseAnnotation(text, skeleton, place);
      if (size) checkAllInside(joints, skeleton.joints, `${file}:${line}: ${name}`, size);
      return joints;
    }
  }
  throw new Error(`${file} has no line for ${wanted}`);
}

function listsMany(file: string): Error {
  return new Error(`${file} lists many poses: say which, as in ${file}#NAME`);
}

async function readDocument(file: string): Promise<unknown> {
  return parseJson(await readText(file, "the pose"), file);
}

async function posesInFolder(
  folder: string,
  findPeople: FindPeople,
  given: Omit<PoseFile, "file">,
): Promise<TargetPose[]> {
  const poses: TargetPose[] = [];
  for (const file of await filesIn(folder)) {
    poses.push(
      isPictureName(file) ? await poseInPicture(file, findPeople) : {
        name: file,
        joints: jointsOfFrame(await readDocument(file), { file, ...given }),
        size: given.size,
      },
    );
  }
  return poses;
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

async function poseInPicture(path: string, findPeople: FindPeople): Promise<TargetPose> {
  return await poseIn(path, await readPicture(path), findPeople);
}

async function posesInClip(
  path: string,
  findPeople: FindPeople,
  fps: number,
): Promise<TargetPose[]> {
  const poses: TargetPose[] = [];
  for await (const picture of clipPictures(path, fps)) {
    poses.push(await poseIn(`${path}: picture ${poses.length + 1}`, picture, findPeople));
  }
  if (poses.length === 0) throw new Error(`${path} has no pictures`);
  return poses;
}

async function poseIn(name: string, picture: Picture, findPeople: FindPeople): Promise<TargetPose> {
  const { width, height } = picture;
  const people = await findPeople(picture);
  return { name, joints: largestOf(people), people: people.length, size: { width, height } };
}

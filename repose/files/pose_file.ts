import { splitFormat } from "../../data/sets/pose_source.ts";
import { readLines } from "../../data/files/lines.ts";
import { checkAnnotationHeader, parseAnnotation } from "../../pose/formats/annotation.ts";
import { CocoList } from "../../pose/formats/coco_list.ts";
import { checkAllInside } from "../../pose/formats/inside.ts";
import { parseJson, personJoints, type PoseFile } from "../../pose/formats/pose_json.ts";
import { missingAnchors, type Skeleton } from "../../pose/skeleton.ts";
import type { Joints, Size } from "../../pose/types.ts";

/**
 * The joints that `text` names: a JSON file in a format that pose_json.ts knows, `FORMAT:FILE` where the
 * file leaves it open, or `FILE#NAME`, the picture NAME of a list: the authors' (`.csv`) or COCO's.
 * Throws an Error that names the file and what is wrong: also for a joint outside a picture of `size`,
 * where that is known.
 */
export async function readJoints(
  text: string,
  skeleton: Skeleton,
  size: Size | null,
): Promise<Joints> {
  const { format, path } = splitFormat(text);
  const [file, name] = path.split(/(?<=\.(?:csv|json))#/i);
  return /\.csv$/i.test(file)
    ? await findInList(file, name, skeleton, size)
    : findInJson(await readText(file), { file, name, format, size });
}

/** As `readJoints`; also throws for a pose without all of the skeleton's anchor joints. */
export async function readPose(text: string, skeleton: Skeleton, size: Size): Promise<Joints> {
  const joints = await readJoints(text, skeleton, size);
  requireAnchors(text, skeleton, joints);
  return joints;
}

/** Throws an Error that begins with `name` for a pose without all of the skeleton's anchor joints. */
export function requireAnchors(name: string, skeleton: Skeleton, joints: Joints): void {
  const missing = missingAnchors(skeleton, joints);
  if (missing.length === 0) return;
  const isNobody = joints.every((point) => point === null);
  const lack = isNobody ? "shows nobody" : `lacks ${missing.join(", ")}`;
  throw new Error(`${name} ${lack}: a pose needs ${skeleton.anchor.join(", ")}`);
}

async function findInList(
  file: string,
  wanted: string | undefined,
  skeleton: Skeleton,
  size: Size | null,
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

function findInJson(
  text: string,
  { file, name, ...given }: { file: string; name?: string } & Omit<PoseFile, "file">,
): Joints {
  const document = parseJson(text, file);
  const list = CocoList.from(document, file);
  if (list && name === undefined && list.count > 1) throw listsMany(file);
  if (name === undefined) return personJoints(document, { file, ...given });
  const joints = list?.joints(name, given.size);
  if (joints) return joints;
  throw new Error(`${file} has no pose of ${name}`);
}

function listsMany(file: string): Error {
  return new Error(`${file} lists many poses: say which, as in ${file}#NAME`);
}

/** The text of a file with poses. Throws an Error that says why it can't be read. */
export async function readText(file: string): Promise<string> {
  return await Deno.readTextFile(file).catch((error: Error) => {
    throw new Error(`cannot read the pose: ${error.message}`);
  });
}

import { checkAnnotationHeader, parseAnnotation } from "../pose/formats/annotation.ts";
import { parseOpenPose } from "../pose/formats/openpose.ts";
import { missingAnchors, type Skeleton } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";

/**
 * The pose that `text` names: a file of OpenPose's JSON, or `FILE.csv#NAME`, the line NAME of a list.
 * Throws an Error that names the file and what is wrong: also for a joint outside a picture of `size`
 * and for a pose without all of the skeleton's anchor joints.
 */
export async function readPose(text: string, skeleton: Skeleton, size: Size): Promise<Joints> {
  const [file, name] = text.split(/(?<=\.csv)#/i);
  if (name === undefined && /\.csv$/i.test(file)) {
    throw new Error(`${file} lists many poses: say which, as in ${file}#NAME`);
  }
  const content = await Deno.readTextFile(file).catch((error: Error) => {
    throw new Error(`cannot read the pose: ${error.message}`);
  });
  const joints = name === undefined
    ? parseOpenPose(content, file, size)
    : findInList(content, { file, name }, skeleton, size);
  const missing = missingAnchors(skeleton, joints);
  if (missing.length > 0) {
    throw new Error(
      `${text} lacks ${missing.join(", ")}: a pose needs ${skeleton.anchor.join(", ")}`,
    );
  }
  return joints;
}

function findInList(
  content: string,
  { file, name }: { file: string; name: string },
  skeleton: Skeleton,
  size: Size,
): Joints {
  const lines = content.split(/\r?\n/);
  checkAnnotationHeader(lines[0], { file, line: 1 });
  const index = lines.findIndex((line, i) => i > 0 && line.split(":")[0].trim() === name);
  if (index < 0) throw new Error(`${file} has no line for ${name}`);
  return parseAnnotation(lines[index], skeleton, { file, line: index + 1 }, size).joints;
}

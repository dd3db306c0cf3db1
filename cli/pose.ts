import { join, parse, resolve } from "node:path";
import { makeFolderFor, writeText } from "../data/files/write.ts";
import { readPicture, writePicture } from "../data/pictures/image_file.ts";
import type { Picture } from "../data/types.ts";
import { drawSkeleton } from "../pose/draw.ts";
import { openPosePixels } from "../pose/draw_openpose.ts";
import { formatCocoList, type PosedPicture } from "../pose/formats/coco_write.ts";
import { human } from "../pose/skeleton.ts";
import type { Joints } from "../pose/types.ts";
import { crowdNote, personOf } from "../repose/people.ts";
import { openDevice } from "../repose/files/open_device.ts";
import type { Arguments, Command } from "./arguments.ts";
import { openPeopleFinder } from "../repose/files/open_studio.ts";
import type { FindPeople } from "../repose/studio.ts";
import { personNumber } from "./painting.ts";
import { report } from "./report.ts";

export const pose: Command = {
  usage: "pose IMAGE... [OPTIONS]",
  purpose: "Finds the joints of the person in each picture, a PNG, JPEG or WebP.\n" +
    "MoveNet, which finds them, is fetched to the user's cache when it is first needed (29 MB; 5 are kept).",
  options: {
    out: {
      placeholder: "FILE.json",
      help: "write them as COCO's JSON, which generate and data read",
    },
    skeletons: {
      placeholder: "DIR",
      help: "draw them alone, on black in OpenPose's colours, for ControlNet and ComfyUI",
    },
    draw: { help: "draw them: IMAGE-pose.png beside each picture" },
    person: {
      placeholder: "N",
      help: "whose joints, of several people in a picture: 1 for the largest (1)",
    },
    overwrite: { help: "write over drawings that are there" },
  },
  takesWords: true,
  files(args) {
    const { pictures, out, draw, skeletons } = readOrder(args);
    const drawings = draw ? pictures.map(drawingPath) : [];
    if (skeletons !== undefined) drawings.push(...skeletonPaths(pictures, skeletons));
    const mayOverwrite = args.switches.has("overwrite");
    return {
      reads: pictures,
      writes: [...(out === undefined ? [] : [out]), ...(mayOverwrite ? drawings : [])],
      adds: mayOverwrite ? [] : drawings,
      folders: skeletons === undefined ? [] : [skeletons],
    };
  },
  async run(args) {
    const order = readOrder(args);
    const device = await openDevice();
    try {
      await findAll(order, openPeopleFinder(device));
    } finally {
      device.close();
    }
  },
};

/** What is to be looked at. */
export interface FindingOrder {
  readonly pictures: readonly string[];
  /** Where the poses go; undefined for nowhere. */
  readonly out?: string;
  readonly draw: boolean;
  /** The folder for pictures of the poses alone; undefined for none. */
  readonly skeletons?: string;
  /** Whose joints, 1 for the largest. */
  readonly person: number;
}

function readOrder(args: Arguments): FindingOrder {
  const { words: pictures, texts: { out, skeletons }, switches } = args;
  if (pictures.length === 0) throw new Error("say which pictures: ./run pose IMAGE...");
  if (out !== undefined && !/\.json$/i.test(out)) throw new Error(`--out ${out} must end in .json`);
  const draw = switches.has("draw");
  if (draw) requireRoomForDrawings(pictures);
  if (skeletons !== undefined) skeletonPaths(pictures, skeletons);
  return { pictures, out, draw, skeletons, person: personNumber(args) };
}

/** A drawing must not replace a picture that is to be looked at, nor another drawing. */
function requireRoomForDrawings(pictures: readonly string[]): void {
  const taken = new Set(pictures.map((path) => resolve(path)));
  for (const path of new Set(taken)) {
    const drawing = drawingPath(path);
    if (taken.has(drawing)) throw new Error(`--draw ${path}: ${drawing} is taken; leave one out`);
    taken.add(drawing);
  }
}

function drawingPath(path: string): string {
  return path.replace(/(\.[^./\\]*)?$/, "-pose.png");
}

/** Where the poses of pictures are drawn alone. @throws Error where two pictures have one name */
function skeletonPaths(pictures: readonly string[], folder: string): string[] {
  const paths = pictures.map((path) => skeletonPath(path, folder));
  const twice = paths.find((path, i) => paths.indexOf(path) < i);
  if (twice) {
    throw new Error(`--skeletons ${folder}: two pictures would be ${twice}; leave one out`);
  }
  return paths;
}

function skeletonPath(picture: string, folder: string): string {
  return join(folder, `${parse(picture).name}.png`);
}

/** Finds, prints, draws and writes what was ordered; of pictures that cannot be read it says so and goes on. */
export async function findAll(
  { pictures, out, draw, skeletons, person }: FindingOrder,
  findPeople: FindPeople,
): Promise<void> {
  const found: PosedPicture[] = [];
  for (const path of pictures) {
    const picture = await readPicture(path).catch(report);
    if (!picture) continue;
    const start = performance.now();
    const people = await findPeople(picture);
    const milliseconds = Math.round(performance.now() - start);
    const joints = chosen(path, people, person);
    if (!joints) continue;
    console.log(`${path}: ${describe(joints)}, ${milliseconds} ms`);
    const note = crowdNote(path, people.length, person);
    if (note) console.log(note);
    if (draw) console.log(await writeDrawing(drawingPath(path), picture, joints));
    const { width, height } = picture;
    if (skeletons !== undefined) {
      const drawing = skeletonPath(path, skeletons);
      await makeFolderFor(drawing);
      await writePicture(drawing, { width, height, pixels: openPosePixels(joints, picture) });
      console.log(drawing);
    }
    found.push({ name: path, size: { width, height }, joints });
  }
  if (out === undefined || found.length === 0) return;
  await writeText(out, formatCocoList(found));
  console.log(out);
}

/** The joints of a person; where there is none of that number, says so and gives null. */
function chosen(path: string, people: readonly Joints[], person: number): Joints | null {
  try {
    return personOf(path, people, person);
  } catch (error) {
    report(error);
    return null;
  }
}

function describe(joints: Joints): string {
  const missing = human.joints.filter((_, i) => joints[i] === null);
  if (missing.length === joints.length) return "nobody";
  if (missing.length === 0) return `all ${joints.length} joints`;
  return `${joints.length - missing.length} of ${joints.length} joints, not ${missing.join(", ")}`;
}

async function writeDrawing(path: string, picture: Picture, joints: Joints): Promise<string> {
  const pixels = picture.pixels.slice();
  drawSkeleton(pixels, picture, human, joints);
  await writePicture(path, { ...picture, pixels });
  return path;
}

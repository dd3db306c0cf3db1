/** What generate and animate work with, small: a generator that has learned nothing, and a pose found by colour. */
import { type FindPeople, Studio } from "../../../repose/studio.ts";
import { blankPicture, paste } from "../../../data/pictures/picture.ts";
import type { Picture } from "../../../data/types.ts";
import { Device } from "../../../engine/device.ts";
import { Random } from "../../../engine/random.ts";
import { modelConfiguration } from "../../../model/configuration.ts";
import { generatorParameters } from "../../../model/generator.ts";
import { Painter } from "../../../repose/painter.ts";
import { initialParameters } from "../../../model/parameters.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Joints, Size } from "../../../pose/types.ts";
import { patternPicture } from "../../data/fixtures.ts";

/** A person of 40 x 100 pixels whose joints have their left top at (left, top). */
export function personAt(left: number, top: number): Joints {
  const at: Readonly<Record<string, [number, number]>> = {
    ...{ nose: [20, 0], neck: [20, 15], "right shoulder": [8, 16], "left shoulder": [32, 16] },
    ...{ "right elbow": [2, 32], "left elbow": [38, 32], "right wrist": [0, 48] },
    ...{ "left wrist": [40, 48], "right hip": [12, 52], "left hip": [28, 52] },
    ...{ "right knee": [12, 76], "left knee": [28, 76], "right ankle": [12, 100] },
    ...{ "left ankle": [28, 100] },
  };
  return human.joints.map((name) =>
    name in at ? { x: left + at[name][0], y: top + at[name][1] } : null
  );
}

/** A picture in which `findPeople` sees a person at (left, top): a pattern with a white pixel there. */
export function pictureOf(size: Size, left: number, top: number): Picture {
  const picture = patternPicture(size.width, size.height);
  for (let i = 0; i < picture.pixels.length; i++) {
    picture.pixels[i] = Math.min(200, picture.pixels[i]);
  }
  paste(picture, blankPicture({ width: 1, height: 1 }, [255, 255, 255]), left, top);
  return picture;
}

/** Sees the person of `pictureOf`, and as many as there are white pixels. */
export const findPeople: FindPeople = ({ width, pixels }) => {
  const places = Array.from({ length: pixels.length / 3 }, (_, place) => place);
  const isWhite = (place: number) =>
    pixels.subarray(3 * place, 3 * place + 3).every((value) => value === 255);
  return Promise.resolve(
    places.filter(isWhite).map((at) => personAt(at % width, Math.floor(at / width))),
  );
};

/** As OpenPose writes them. */
export function openPose(joints: Joints): unknown {
  const values = joints.flatMap((point) => point ? [point.x, point.y, 0.9] : [0, 0, 0]);
  return { people: [{ pose_keypoints_2d: values }] };
}

export async function inTestStudio(use: (studio: Studio) => Promise<void>): Promise<void> {
  const configuration = modelConfiguration({ preset: "demo", width: 4 });
  const device = await Device.open();
  try {
    const weights = initialParameters(new Random(device, 1), generatorParameters(configuration));
    await use(new Studio(new Painter(device, configuration, weights), findPeople));
  } finally {
    device.close();
  }
}

/** The lines that are printed meanwhile. */
export async function printed(work: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(line);
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines;
}

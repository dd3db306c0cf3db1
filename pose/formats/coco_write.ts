/** Poses as COCO's annotation files have them. */
import { human, jointNamed } from "../skeleton.ts";
import type { Joints, Size } from "../types.ts";
import { cocoJoints } from "./orders.ts";

/** A picture and the person in it. */
export interface PosedPicture {
  /** Of its file. */
  readonly name: string;
  /** In pixels. */
  readonly size: Size;
  /** Of `human`, in pixels; all missing where there is nobody. */
  readonly joints: Joints;
}

const VISIBLE = 2;
const PERSON = 1;

/**
 * The text of an annotation file (JSON): an entry of `images` for each picture, one of `annotations` for each person.
 * Joints have two decimals; COCO has no neck, and readers take the middle of the shoulders.
 */
export function formatCocoList(pictures: readonly PosedPicture[]): string {
  const images = pictures.map(({ name, size: { width, height } }, i) => ({
    id: i + 1,
    file_name: name,
    width,
    height,
  }));
  const people = pictures.map(({ joints }, i) => {
    const points = cocoJoints.map((name) => jointNamed(human, joints, name));
    return {
      id: i + 1,
      image_id: i + 1,
      category_id: PERSON,
      num_keypoints: points.filter((point) => point).length,
      keypoints: points.flatMap((point) =>
        point ? [twoDecimals(point.x), twoDecimals(point.y), VISIBLE] : [0, 0, 0]
      ),
    };
  });
  const annotations = people.filter((person) => person.num_keypoints > 0);
  const categories = [{
    id: PERSON,
    name: "person",
    keypoints: cocoJoints.map((name) => name.replace(" ", "_")),
  }];
  const lists = Object.entries({ images, annotations, categories });
  const listed = lists.map(([key, list]) =>
    `${JSON.stringify(key)}: [\n${list.map((entry) => JSON.stringify(entry)).join(",\n")}\n]`
  );
  return `{\n${listed.join(",\n")}\n}\n`;
}

function twoDecimals(value: number): number {
  return Math.round(100 * value) / 100;
}

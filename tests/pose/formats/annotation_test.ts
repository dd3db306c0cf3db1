import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  annotationHeader,
  checkAnnotationHeader,
  formatAnnotation,
  parseAnnotation,
} from "../../../pose/formats/annotation.ts";
import { checkAllInside } from "../../../pose/formats/inside.ts";
import { human, missingAnchors, type Skeleton } from "../../../pose/skeleton.ts";
import { sharedPath } from "../../shared.ts";
import { anyPose, fish, runs, shifted, swimming } from "../poses.ts";

const place = { file: "poses.csv", line: 7 };
const triangle: Skeleton = { ...fish, name: "triangle", joints: ["a", "b", "c"] };
const parse = (line: string) => parseAnnotation(line, triangle, place);

function assertRefused(line: string, message: string): void {
  assertThrows(() => parse(line), Error, `poses.csv:7: ${message}`);
}

Deno.test("a line of the list gives the name and the joints, y before x, -1 for a missing one", () => {
  assertEquals(parse("0001.jpg: [17, -1, 24.5]: [27, -1, 0]\r"), {
    name: "0001.jpg",
    joints: [{ x: 27, y: 17 }, null, { x: 0, y: 24.5 }],
  });
});

Deno.test("a written line reads back the same", () => {
  fc.assert(
    fc.property(anyPose, (joints) => {
      const annotation = { name: "a b_0.jpg", joints };
      const line = formatAnnotation(annotation, human);
      assertEquals(parseAnnotation(line, human, place), annotation);
      const finer = { name: "x", joints: shifted(joints, { x: 0.1, y: 1 / 3 }) };
      assertEquals(parseAnnotation(formatAnnotation(finer, human), human, place), finer);
    }),
    runs,
  );
});

Deno.test("a written line looks as the authors wrote it", () => {
  const joints = [{ x: 27, y: 17 }, null, { x: 1, y: 2 }];
  assertEquals(
    formatAnnotation({ name: "a.jpg", joints }, triangle),
    "a.jpg: [17, -1, 2]: [27, -1, 1]",
  );
});

Deno.test("a bad line is refused with its place and its fault", () => {
  assertRefused("a.jpg: [1, 2, 3]", "expected name:keypoints_y:keypoints_x but found 2 columns");
  assertRefused("", "expected name:keypoints_y:keypoints_x but found 1 columns");
  assertRefused(" : [1, 2, 3]: [1, 2, 3]", "the name is empty");
  assertRefused("a: 1, 2, 3: [1, 2, 3]", "keypoints_y must be a list in square brackets");
  assertRefused("a: [1, 2, 3]: [1, 2]", "keypoints_x has 2 items but must have 3");
  assertRefused("a: []: [1, 2, 3]", "keypoints_y has 1 items but must have 3");
  assertRefused("a: [1, 2, 3, 4]: [1, 2, 3]", "keypoints_y has 4 items but must have 3");
  for (const bad of ["x", "NaN", "Infinity", "1e999", "0x10", "", "1 2", "null", "[1]"]) {
    assertRefused(`a: [1, ${bad}, 3]: [1, 2, 3]`, `keypoints_y of b is "${bad}", not a number`);
  }
  assertRefused("a: [1, -1, 3]: [1, 2, 3]", "b has only one coordinate: (2, -1)");
  assertRefused("a: [1, -7, 3]: [1, 2, 3]", "b at (2, -7) lies outside any picture");
});

Deno.test("a header without its columns is refused", () => {
  checkAnnotationHeader(annotationHeader, place);
  checkAnnotationHeader("\uFEFFname: keypoints_y: keypoints_x\r", place);
  const refused = (line: string, message: string) =>
    assertThrows(() => checkAnnotationHeader(line, place), Error, `poses.csv:7: ${message}`);
  refused("name:keypoints_y", "column keypoints_x is missing; the header must be name:");
  refused("", "column name, keypoints_y, keypoints_x is missing");
  refused("name:keypoints_x:keypoints_y", "wrong columns; the header must be name:keypoints_y");
});

Deno.test("a line that could not be read back is not written", () => {
  for (const name of ["", " ", "a:b", "a\nb"]) {
    assertThrows(() => formatAnnotation({ name, joints: swimming }, fish), TypeError, "the name");
  }
  const outside = shifted(swimming, { x: -5, y: 0 });
  assertThrows(
    () => formatAnnotation({ name: "a", joints: outside }, fish),
    RangeError,
    "a: snout at (-1, 30) lies outside any picture",
  );
  assertThrows(
    () => formatAnnotation({ name: "a", joints: swimming }, human),
    RangeError,
    "18 joints",
  );
});

Deno.test("the annotations of real pictures read and write back to the same text", () => {
  for (
    const [folder, size] of [["128x64", { width: 64, height: 128 }], ["256x256", {
      width: 256,
      height: 256,
    }]] as const
  ) {
    const path = sharedPath(`data/humans/${folder}/annotation-train.csv`);
    if (!path) continue;
    const [header, ...lines] = Deno.readTextFileSync(path).trimEnd().split("\n");
    checkAnnotationHeader(header, { file: path, line: 1 });
    const usable = lines.filter((line, i) => {
      const annotation = parseAnnotation(line, human, { file: path, line: i + 2 });
      checkAllInside(annotation.joints, human.joints, path, size);
      assertEquals(formatAnnotation(annotation, human), line);
      return missingAnchors(human, annotation.joints).length === 0;
    });
    assert(
      usable.length > 400,
      `${usable.length} of ${lines.length} pictures show every anchor joint`,
    );
  }
});

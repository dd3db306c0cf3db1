import { assertEquals, assertNotEquals } from "@std/assert";
import { human } from "../../pose/skeleton.ts";
import { type PaintOptions, paintSubject, subjectIn } from "../../repose/subject.ts";
import { patternPicture, pixel } from "../data/fixtures.ts";
import { inTestStudio, personAt } from "./files/studio.ts";

const photo = patternPicture(120, 200);
const face: Readonly<Record<string, [number, number]>> = {
  ...{ "right eye": [16, -3], "left eye": [24, -3], "right ear": [12, -1], "left ear": [28, -1] },
};
const joints = personAt(40, 50).map((point, i) => {
  const at = face[human.joints[i]];
  return at ? { x: 40 + at[0], y: 50 + at[1] } : point;
});

Deno.test("paintSubject: a person in the pose of the photo keeps its face, in the frame and put back, unless told", () =>
  inTestStudio(async ({ painter }) => {
    const { size } = painter.configuration;
    const subject = subjectIn("me", photo, joints, size);
    const pose = subject.sample.joints;
    const paint = async (options: PaintOptions) => {
      const [painted] = await Array.fromAsync(paintSubject(painter, subject, [pose], options));
      return painted;
    };
    const [plain] = await painter.paint([{ source: subject.sample, target: { joints: pose } }]);
    assertEquals(await paint({ face: "painted", background: "painted" }), plain);
    // A corner far from the person.
    const seenBehind = [...pixel(subject.sample.picture, 0, size.height - 1)];
    assertNotEquals([...pixel(plain, 0, size.height - 1)], seenBehind);
    assertEquals([...pixel(await paint({ face: "painted" }), 0, size.height - 1)], seenBehind);

    const nose = pose[0]!, x = Math.round(nose.x), y = Math.round(nose.y);
    const seen = [...pixel(subject.sample.picture, x, y)];
    assertNotEquals([...pixel(plain, x, y)], seen);
    assertEquals([...pixel(await paint({}), x, y)], seen);

    const [inPhoto, painted] = [
      await paint({ paste: true }),
      await paint({ paste: true, face: "painted" }),
    ];
    assertEquals([...pixel(inPhoto, 60, 50)], [...pixel(photo, 60, 50)]);
    assertNotEquals([...pixel(painted, 60, 50)], [...pixel(photo, 60, 50)]);
  }));

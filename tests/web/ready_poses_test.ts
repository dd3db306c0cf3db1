import { assert, assertEquals } from "@std/assert";
import { modelConfiguration, presets } from "../../model/configuration.ts";
import { isInside } from "../../pose/formats/inside.ts";
import { human, missingAnchors } from "../../pose/skeleton.ts";
import type { Joints, Size } from "../../pose/types.ts";
import { builtInPeople } from "./people.ts";
import { poseNames, readyPose, readyTrack, trackNames } from "../../web/ready_poses.ts";

function assertUsable(joints: Joints, frame: Size, what: string): void {
  assertEquals(missingAnchors(human, joints), [], what);
  for (const point of joints) assert(point === null || isInside(point, frame), what);
}

Deno.test("ready poses, movements and people lie in the frame of every model", async () => {
  for (const preset of presets) {
    const { size } = modelConfiguration({ preset });
    for (const name of poseNames) assertUsable(readyPose(name, size), size, `${preset}: ${name}`);
    for (const name of trackNames) {
      for (const joints of readyTrack(name, size).frames) {
        assertUsable(joints, size, `${preset}: ${name}`);
      }
    }
    for (const person of await builtInPeople()) {
      const { picture, joints } = person.sample(size);
      assertEquals([picture.width, picture.height], [size.width, size.height]);
      assertUsable(joints, size, `${preset}: ${person.name}`);
    }
  }
});

Deno.test("a movement ends where it begins: no joint that stays seen leaps", () => {
  const size = { width: 32, height: 64 };
  for (const name of trackNames) {
    const { frames } = readyTrack(name, size);
    frames.forEach((joints, i) => {
      const next = frames[(i + 1) % frames.length];
      joints.forEach((point, joint) => {
        const to = next[joint];
        if (!point || !to) return;
        const step = Math.hypot(to.x - point.x, to.y - point.y);
        assert(step < 6, `${name}: ${human.joints[joint]} moves by ${step} after frame ${i}`);
      });
    });
  }
});

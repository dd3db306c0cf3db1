import { assertEquals } from "@std/assert";
import { drawLamp, lampSkeleton } from "../../examples/lamp/draw.ts";
import { personMask } from "../../pose/person_mask.ts";

Deno.test("the mask of something else than a person lies along its bones", () => {
  const size = { width: 64, height: 64 };
  const { joints } = drawLamp(0, 0, size.width);
  const mask = personMask(joints, size, lampSkeleton);
  const at = (x: number, y: number) => mask[Math.round(y) * size.width + Math.round(x)];
  for (const { joints: [from, to] } of lampSkeleton.bones) {
    const [a, b] = [from, to].map((name) => joints[lampSkeleton.joints.indexOf(name)]!);
    assertEquals(at((a.x + b.x) / 2, (a.y + b.y) / 2), 1, `${from} to ${to}`);
  }
  assertEquals([at(0, 0), at(63, 0), at(0, 63), at(63, 63)], [0, 0, 0, 0]);
});

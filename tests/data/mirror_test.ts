import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { mirrorPair } from "../../data/mirror.ts";
import { human } from "../../pose/skeleton.ts";

const sample = fc.record({
  width: fc.integer({ min: 1, max: 9 }),
  height: fc.integer({ min: 1, max: 9 }),
})
  .chain(({ width, height }) =>
    fc.record({
      name: fc.constant("a"),
      picture: fc.uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
        .map((pixels) => ({ width, height, pixels: new Uint8Array(pixels) })),
      joints: fc.array(
        fc.option(fc.record({ x: fc.nat(width - 1), y: fc.nat(height - 1) })),
        { minLength: 18, maxLength: 18 },
      ),
    })
  );

Deno.test("mirrorPair: pixels change sides row by row, right joints become left ones", () => {
  fc.assert(fc.property(sample, (source) => {
    const { source: { picture, joints } } = mirrorPair({ source, target: source }, human);
    const { width, height, pixels } = source.picture;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = 3 * (y * width + x), from = 3 * (y * width + width - 1 - x);
        assertEquals(picture.pixels.slice(at, at + 3), pixels.slice(from, from + 3));
      }
    }
    const rightWrist = human.joints.indexOf("right wrist");
    const leftWrist = human.joints.indexOf("left wrist");
    const wrist = source.joints[leftWrist];
    assertEquals(joints[rightWrist], wrist && { x: width - 1 - wrist.x, y: wrist.y });
  }));
});

Deno.test("mirrorPair: twice is nothing", () => {
  fc.assert(fc.property(sample, sample, (source, target) => {
    assertEquals(mirrorPair(mirrorPair({ source, target }, human), human), { source, target });
  }));
});

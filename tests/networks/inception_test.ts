import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Picture } from "../../data/types.ts";
import { storedFloat32 } from "../../engine/safetensors.ts";
import { metricNamed, type SetMetric } from "../../evaluate/metrics.ts";
import type { Tools } from "../../evaluate/tools.ts";
import { Inception } from "../../networks/inception/inception.ts";
import { assertClose, device } from "../op_check.ts";
import { referenceValues } from "../reference/networks.ts";
import { madeUpPicture } from "./made_up.ts";
import { madeUpInception } from "./made_up_inception.ts";

/** What a metric keeps of a picture. */
async function featuresFor(name: string, inception: Inception, picture: Picture) {
  const tools = { inception: () => Promise.resolve(inception) } as unknown as Tools;
  const features = await (metricNamed(name) as SetMetric).open(tools);
  return await features(picture, { name: "", picture, joints: [] });
}

for (const classes of [1000, 1008]) {
  Deno.test(`inception: with ${classes} classes, what PyTorch's networks see in a picture`, async () => {
    const inception = Inception.from(device, madeUpInception(classes));
    const picture = madeUpPicture("person", 48, 64);
    const seen = await inception.features(picture);
    assertClose(seen.pool, referenceValues(`inception.${classes}.pool`), 1e-5, "pool");
    const expected = referenceValues(`inception.${classes}.probabilities`);
    assertClose(seen.probabilities, expected, 1e-4, "probabilities");
    assertStrictEquals(await inception.features(picture), seen, "a picture is looked at once");
    assertEquals(await inception.features({ ...picture }), seen, "to the bit");
    assertStrictEquals(await featuresFor("fid", inception, picture), seen.pool);
    assertStrictEquals(await featuresFor("is", inception, picture), seen.probabilities);
  });
}

Deno.test("inception: weights that are not right are refused", () => {
  const tensors = madeUpInception(1000);
  const refused = (name: string, change: () => void, message: string) => {
    const right = tensors.get(name)!;
    change();
    assertThrows(() => Inception.from(device, tensors), Error, message);
    tensors.set(name, right);
  };
  const norm = "Mixed_6c.branch7x7_2.bn.running_var";
  refused(
    norm,
    () => tensors.delete(norm),
    `Inception-v3: ${norm} is missing but must be [160]; give inception_v3_google or pt_inception-2015-12-05`,
  );
  const broken = new Float32Array(160).with(7, NaN);
  refused(norm, () => tensors.set(norm, storedFloat32(broken, [160])), `${norm} is not all finite`);
  const turned = "Mixed_6c.branch7x7_2.conv.weight";
  refused(
    turned,
    () => tensors.set(turned, { ...tensors.get(turned)!, shape: [160, 160, 7, 1] }),
    `${turned} has the shape [160,160,7,1] but must be [160,160,1,7]`,
  );
  refused(
    "fc.bias",
    () => tensors.set("fc.bias", storedFloat32(new Float32Array(10), [10])),
    "fc.bias has the shape [10] but must be [1000]",
  );
});

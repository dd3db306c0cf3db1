import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { serializeSafetensors, type StoredTensor } from "../../engine/safetensors.ts";
import { metricNamed } from "../../evaluate/metrics.ts";
import { Tools, type WeightFiles } from "../../evaluate/tools.ts";
import { human } from "../../pose/skeleton.ts";
import { Lpips } from "../../networks/lpips.ts";
import { assertClose, device } from "../op_check.ts";
import { madeUpPicture } from "../networks/made_up.ts";
import { madeUpLpips } from "../networks/made_up_lpips.ts";

const size = { width: 48, height: 64 };
const toolsWith = (files: WeightFiles) =>
  new Tools(device, { size, skeleton: human }, () => Promise.reject(new Error("no pose")), files);
const pickles = new URL("../reference/pytorch-pickles.pth", import.meta.url).pathname;

async function withFiles(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const write = (path: string, tensors: Iterable<[string, StoredTensor]>) =>
  Deno.writeFile(path, serializeSafetensors(new Map(tensors)));

Deno.test("tools: LPIPS's weights in two files", async () => {
  const tensors = madeUpLpips("alexnet");
  const [a, b] = [madeUpPicture("painted", 48, 64), madeUpPicture("real", 48, 64)];
  await withFiles(async (folder) => {
    const [backbone, linear] = ["alexnet", "linear"].map((name) => join(folder, name));
    await write(backbone, [...tensors].filter(([name]) => name.startsWith("features")));
    await write(linear, [...tensors].filter(([name]) => name.startsWith("lin")));
    const tools = toolsWith({ lpips: `${backbone}, ${linear}` });
    const lpips = await tools.lpips();
    const expected = await Lpips.from(device, tensors, size).distance(a, b);
    assertEquals(await lpips.distance(a, b), expected);
    await assertRejects(
      () => toolsWith({ lpips: backbone }).lpips(),
      Error,
      `${backbone}: LPIPS: lin0.model.1.weight is missing but must be [1,64,1,1]`,
    );
  });
});

Deno.test("tools: files that are not there, not weights or of another network are named", async () => {
  const refused = (files: WeightFiles, message: string) =>
    assertRejects(() => toolsWith(files).inception(), Error, message);
  await refused({}, "inception: no weights: give the weights of Inception-v3, by --inception");
  await refused({ inception: "no/such.pth" }, "no/such.pth: ");
  await refused(
    { inception: pickles },
    `${pickles}: Inception-v3: Conv2d_1a_3x3.conv.weight is missing but must be [32,3,3,3]`,
  );
  await withFiles(async (folder) => {
    const path = join(folder, "cut.pth");
    await Deno.writeFile(path, (await Deno.readFile(pickles)).slice(0, 1200));
    await refused({ inception: path }, `${path}: the file has 1200 bytes but must have`);
    await Deno.writeTextFile(path, "<html>");
    await refused({ inception: path }, `${path}: safetensors: the file has 6 bytes`);
  });
});

Deno.test("tools: FID of known features, IS of few pictures", () => {
  const summarize = (name: string, features: Float32Array[], real: Float32Array[]) => {
    const metric = metricNamed(name);
    return metric.kind === "set" ? metric.summarize(features, real) : NaN;
  };
  const real = [0, 1, 2, 3].map((value) => Float32Array.of(value, value * value));
  const moved = real.map(([x, y]) => Float32Array.of(x + 3, y + 4));
  assertClose([summarize("fid", moved, real)], [25], 1e-6, "fid");
  const sure = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
  assertEquals(summarize("is", sure, sure), 1, "each picture is a part of its own");
});

/** The program as people use it: the command line in processes of its own. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { figures } from "../data/figures/figures.ts";
import { readPicture, writePicture } from "../data/pictures/image_file.ts";
import { parseSafetensors, serializeSafetensors } from "../engine/safetensors.ts";
import { annotationHeader } from "../pose/formats/annotation.ts";
import type { Joints } from "../pose/types.ts";
import { parseLog, readLog } from "../train/log.ts";
import { colourJpeg, inFolder, largestDifference } from "./data/fixtures.ts";
import { writeMarketFolder } from "./train/market_folder.ts";

const program = new URL("../cli.ts", import.meta.url).pathname;

function command(args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, ...args],
    cwd,
    env,
    stdout: "piped",
    stderr: "piped",
  });
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function repose(
  cwd: string,
  args: readonly string[],
  env?: Record<string, string>,
): Promise<Outcome> {
  const { code, stdout, stderr } = await command(args, cwd, env).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** As `repose`, for what must go well; gives the standard output. */
async function succeed(cwd: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await repose(cwd, args);
  assertEquals(code, 0, stderr);
  return stdout;
}

/** Starts the program, sends it `signal` once its log has some more rows, and waits for its end. */
async function interrupt(cwd: string, args: readonly string[], log: string, signal: Deno.Signal) {
  const enough = rows(log) + 3;
  const process = command(args, cwd).spawn();
  let ended = false;
  const output = process.output().finally(() => ended = true);
  while (rows(log) < enough && !ended) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!ended) process.kill(signal);
  const { code, stdout } = await output;
  return { code, stdout: new TextDecoder().decode(stdout) };
}

function rows(log: string): number {
  try {
    return parseLog(Deno.readTextFileSync(log)).rows.length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

const tiny = ["train", "--width", "4", "--batch", "1", "--every", "5", "--vgg", "none"];

Deno.test("train: a run that is interrupted and one that is killed end like the unbroken one; generate uses it", async () => {
  await inFolder(async (folder) => {
    const straight = await succeed(folder, [...tiny, "--steps", "30"]);
    assertStringIncludes(straight, "3x3 colour patches");
    assertMatch(straight, /step 30\/30 .* pictures\/s {2}\d+:\d\d left/);
    assertMatch(straight, /SSIM over 128 test pairs: output -?0\.\d+, source 0\.\d+/);
    assertMatch(straight, /^GPU buffers: 0\.\d\d GiB at most$/m);
    const run = join(folder, "runs", "demo");
    const summary = JSON.parse(await Deno.readTextFile(join(run, "summary.json")));
    assertEquals([summary.step, summary.pairs], [30, 128]);

    const broken = join(folder, "broken"), log = join(broken, "log.jsonl");
    const first = [...tiny, "--steps", "30", "--out", broken];
    const { code, stdout } = await interrupt(folder, first, log, "SIGINT");
    assertEquals(code, 130);
    assertStringIncludes(stdout, `go on with: ./run train --resume --out ${broken}`);

    const resume = ["train", "--resume", "--out", broken];
    const killed = await interrupt(folder, resume, log, "SIGKILL");
    assertEquals(killed.code, 137);
    assert(rows(log) < 30, "the run ended before it was killed");
    await succeed(folder, resume);
    const { rows: logged } = await readLog(log);
    assertEquals(logged.map(({ step }) => step), Array.from({ length: 30 }, (_, i) => i + 1));
    const withoutTimes = async (path: string) =>
      (await readLog(path)).rows.map(({ seconds: _, ...losses }) => losses);
    assertEquals(await withoutTimes(log), await withoutTimes(join(run, "log.jsonl")));
    const file = "checkpoint.safetensors";
    assertEquals(await Deno.readFile(join(broken, file)), await Deno.readFile(join(run, file)));

    await checkGenerate(folder, join(run, file));
    await checkRefusedCheckpoints(folder, run);
  });
});

Deno.test("train --profile: a table and a trace, and neither a run nor a change of one", async () => {
  await inFolder(async (folder) => {
    const profile = [...tiny, "--profile"];
    const table = await succeed(folder, profile);
    assertMatch(table, /^kernel +ms\/step +share +dispatches +GFLOP\/s +of peak +GB\/s +of peak\n/);
    assertMatch(table, /^all +\d+\.\d{3} +100\.0% +\d+ /m);
    const trace = join("runs", "profile.trace.json");
    assertStringIncludes(table, `${trace} has each dispatch`);
    const { traceEvents } = JSON.parse(await Deno.readTextFile(join(folder, trace)));
    assert(traceEvents.length > 100);
    await refuses(folder, ["train", "--resume", "--profile"], "holds no run to resume");

    await succeed(folder, [...tiny, "--steps", "1"]);
    const run = join(folder, "runs", "demo");
    const contents = async () => {
      const names = Deno.readDirSync(run).map(({ name }) => name).toArray().sort();
      return await Promise.all(names.map(async (n) => [n, await Deno.readFile(join(run, n))]));
    };
    const before = await contents();
    await succeed(folder, ["train", "--resume", "--steps", "2", "--profile"]);
    assertEquals((await contents()).filter(([name]) => name !== "profile.trace.json"), before);
    await refuses(folder, [...profile, "--out", "runs/profile.trace.json"], "is not a folder");
  });
});

function openPose(joints: Joints): string {
  const values = joints.flatMap((point) => point ? [point.x, point.y, 0.9] : [0, 0, 0]);
  return JSON.stringify({ people: [{ pose_keypoints_2d: values }] });
}

/** Writes a source picture with its pose and another pose; gives `generate`'s arguments but for the checkpoint. */
async function writeScene(folder: string): Promise<string[]> {
  const people = figures({ size: { width: 60, height: 90 }, seed: 1 });
  const { source, target } = await people.pair("test", 3);
  await writePicture(join(folder, "source.png"), source.picture);
  await Deno.writeTextFile(join(folder, "source.json"), openPose(source.joints));
  await Deno.writeTextFile(join(folder, "target.json"), openPose(target.joints));
  const poses = ["--source-pose", "source.json", "--pose", "target.json"];
  return ["generate", "--source", "source.png", ...poses];
}

async function checkGenerate(folder: string, checkpoint: string): Promise<void> {
  const scene = await writeScene(folder);
  const said = await succeed(folder, [...scene, "--checkpoint", checkpoint, "--out", "one.png"]);
  assertStringIncludes(said, "source.png was fitted from 90x60 to 64x32");
  const one = await readPicture(join(folder, "one.png"));
  assertEquals([one.width, one.height], [32, 64]);

  const samples = ["--samples", "2", "--seed", "5"];
  await succeed(folder, [...scene, "--checkpoint", checkpoint, "--out", "many.png", ...samples]);
  const [first, second] = await Promise.all(
    [1, 2].map((i) => readPicture(join(folder, `many-${i}.png`))),
  );
  assert(first.pixels.some((value, i) => value !== second.pixels[i]), "the samples are alike");

  await refuses(
    folder,
    [...scene, "--checkpoint", checkpoint, "--out", "none/one.png"],
    "cannot write none/one.png",
  );

  const alone = checkpoint.replace("checkpoint.safetensors", "model.safetensors");
  await succeed(folder, [...scene, "--checkpoint", alone, "--out", "half.png"]);
  const half = await readPicture(join(folder, "half.png"));
  const difference = largestDifference(half.pixels, one.pixels);
  assert(difference <= 4, "half floats paint another picture");
}

/** Runs the program on what it must refuse: exit code 1, and one line that says why. */
async function refuses(
  folder: string,
  args: readonly string[],
  message: string,
  env?: Record<string, string>,
): Promise<void> {
  const { code, stderr } = await repose(folder, args, env);
  assertEquals(code, 1, `${args.join(" ")} went well`);
  assertMatch(stderr, /^error: [^\n]+\n$/);
  assertStringIncludes(stderr, message);
}

async function checkRefusedCheckpoints(folder: string, run: string): Promise<void> {
  const checkpoint = join(run, "checkpoint.safetensors");
  const bytes = await Deno.readFile(checkpoint);
  const { metadata, tensors } = parseSafetensors(bytes);
  const scene = [...await writeScene(folder), "--out", "no.png", "--checkpoint", "bad"];
  const bad: [Uint8Array, string][] = [
    [bytes.subarray(0, 1000), "ends inside its header"],
    [bytes.subarray(0, bytes.length - 100), "is cut short"],
    [new TextEncoder().encode("PK this is something else"), "not a safetensors file"],
    [serializeSafetensors(tensors, {}), "its metadata lack preset, fidelity or width"],
    [serializeSafetensors(tensors, { ...metadata, width: "5" }), "has the shape [4,21,3,3] but"],
    [serializeSafetensors(new Map(), metadata), "generator.appearance.0.weight is missing"],
    [serializeSafetensors(tensors, { ...metadata, version: "2" }), "a checkpoint of format 2"],
  ];
  for (const [content, message] of bad) {
    await Deno.writeFile(join(folder, "bad"), content);
    await refuses(folder, scene, message);
  }
  const resume = ["train", "--resume", "--out", run];
  await refuses(folder, [...resume, "--steps", "40", "--width", "5"], "width 4 (now 5)");
  await refuses(folder, resume, "has 30 of 30 steps");
  await refuses(folder, [...tiny, "--out", run], "holds a run already: add --resume");
}

Deno.test("info: counts the parameters of the paper's largest model", async () => {
  const text = await succeed(".", ["info", "--preset", "deepfashion", "--fidelity", "released"]);
  assertMatch(text, /^generator parameters: 82080611$/m);
  assertMatch(text, /^generator\.decoder\.6 +3x256x256 +6915 /m);
  assertMatch(text, /^training, batch 2: \d+\.\d+ GiB of GPU memory$/m);
});

Deno.test("help: for the program and for each command; the version", async () => {
  assertEquals(await succeed(".", ["--help"]), await succeed(".", []));
  for (const name of ["train", "generate", "export", "info", "weights"]) {
    assertStringIncludes(await succeed(".", [name, "--help"]), `Usage: ./run ${name}`);
  }
  assertMatch(await succeed(".", ["--version"]), /^\d+\.\d+\.\d+\n$/);
});

Deno.test("what the command line gets wrong is one line; --verbose says where", async () => {
  await inFolder(async (folder) => {
    await refuses(folder, ["paint"], "no command paint; there are train, generate");
    await refuses(folder, ["toString"], "no command toString");
    await refuses(folder, ["train", "--widht", "4"], "--widht");
    await refuses(folder, ["train", "demo"], "Unexpected argument 'demo'");
    await refuses(
      folder,
      ["train", "--width", "0"],
      "--width must be a whole number from 1 to 256",
    );
    await refuses(folder, ["train", "--resume"], "runs holds no run to resume");
    await refuses(folder, ["train", "--config", "none.json"], "none.json");
    await refuses(folder, ["generate"], "--out FILE.png is missing");
    await refuses(folder, ["generate", "--out", "a.jpg"], "--out a.jpg must end in .png");
    await refuses(folder, ["weights"], "weights vgg19");
    const { stderr } = await repose(folder, ["train", "--width", "0", "--verbose"]);
    assertMatch(stderr, /\n {4}at /);
    await Deno.writeTextFile(join(folder, "file"), "");
    await refuses(folder, [...tiny, "--out", "file/run"], "file is not a folder");
    await refuses(folder, ["pose", "file", "--out", "file/x.json"], "file is not a folder");
    assertEquals(Deno.readDirSync(folder).toArray().length, 1, "a refused run left something");
  });
});

Deno.test({
  name: "without a graphics adapter the error says what to do",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const none = "/nonexistent";
    const env = { DENO_WEBGPU_BACKEND: "vulkan", VK_DRIVER_FILES: none, VK_ICD_FILENAMES: none };
    await inFolder(async (folder) => {
      await refuses(folder, tiny, "no WebGPU adapter found", env);
      assertEquals(Deno.readDirSync(folder).toArray(), []);
    });
  },
});

/** A pose list with one line; `y` and `x` stand for all 18 joints. */
function poseList(name: string, y: string, x: string): string {
  const all = (value: string) => `[${Array(18).fill(value).join(", ")}]`;
  return `${annotationHeader}\n${name}: ${all(y)}: ${all(x)}\n`;
}

/** Pictures or lists that spoil a good data folder, and what is said of them. */
const spoiled: [path: string, content: string | Uint8Array, message: string][] = [
  ["bounding_box_train/0001_0.png", colourJpeg.subarray(0, -40), "cannot decode the JPEG"],
  ["bounding_box_train/0001_0.png", "just text", "0001_0.png: this is neither a PNG nor a JPEG"],
  ["annotation-train.csv", annotationHeader, "has no pairs: train: 0 annotations"],
  ["annotation-train.csv", "name:keypoints_y\n", "csv:1: column keypoints_x is missing"],
  [
    "annotation-train.csv",
    poseList("0001_0.png", "ten", "1"),
    'csv:2: keypoints_y of nose is "ten"',
  ],
  ["annotation-train.csv", poseList("../0001_0.png", "1", "1"), 'csv:2: "../0001_0.png" is not'],
  ["annotation-train.csv", poseList("0001_0.png", "1", "1"), "1 alone of their identity"],
  [
    "annotation-train.csv",
    `${annotationHeader}\n0001_0.png: [1, 2]: [3, 4]\n`,
    "csv:2: keypoints_y has 2 items but must have 18",
  ],
  [
    "annotation-train.csv",
    poseList("0001_0.png", "500", "9") + poseList("0001_1.png", "9", "9").split("\n")[1],
    "csv:2: 0001_0.png: nose at (9, 500) lies outside the 64x128",
  ],
];

Deno.test("train: a data folder with something wrong is refused with the place", async () => {
  await inFolder(async (root) => {
    const train = ["train", "--vgg", "none", "--width", "2", "--data"];
    for (const [i, [path, content, message]] of spoiled.entries()) {
      const folder = join(root, `spoiled-${i}`);
      await writeMarketFolder(folder, { train: ["0001"] });
      await Deno.writeFile(
        join(folder, path),
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
      await refuses(root, [...train, folder, "--preset", "market"], message);
    }
    const folder = join(root, "cut");
    await writeMarketFolder(folder, { train: ["0001"] });
    await Deno.truncate(join(folder, "bounding_box_train/0001_1.png"), 200);
    await refuses(root, [...train, folder], "0001_1.png: ");

    const late = join(root, "late");
    await writeMarketFolder(late, { train: ["0001"], test: ["0002"] });
    await Deno.writeTextFile(join(late, "bounding_box_train/0001_1.png"), "just text");
    const shown = ["--preset", "market", "--out", join(root, "run")];
    await refuses(root, [...train, late, ...shown], "0001_1.png: this is neither a PNG nor a JPEG");

    await Deno.mkdir(join(root, "empty"));
    await refuses(root, [...train, "empty"], "empty has no pictures in");
    await refuses(root, [...train, "nowhere"], "cannot open the data set");
  });
});

Deno.test("generate: the README's command works as it stands there", async () => {
  const root = new URL("..", import.meta.url).pathname;
  const readme = await Deno.readTextFile(join(root, "README.md"));
  const written = /^\.\/run (generate [^`]*)$/m.exec(readme)?.[1] ?? "";
  const args = written.replaceAll("\\\n", " ").trim().split(/\s+/);
  await inFolder(async (folder) => {
    const out = join(folder, "out.png");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", ...args.slice(0, -1), out],
      cwd: root,
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const { width, height, pixels } = await readPicture(out);
    assertEquals([width, height], [128, 256]);
    const inOrder = pixels.toSorted();
    assert(inOrder.at(-1)! - inOrder[0] > 100, "the picture is nearly of one colour");
  });
});

Deno.test("tasks take paths as seen from where the user stands", async () => {
  await inFolder(async (folder) => {
    const lines = ["1", "2"].map((i) => poseList(`anna/${i}.png`, i, i).split("\n")[1]);
    const list = [annotationHeader, ...lines].join("\n");
    await Deno.writeTextFile(join(folder, "list.csv"), list);
    const config = new URL("../deno.json", import.meta.url).pathname;
    const pairs = ["data", "pairs", "--annotation", "list.csv", "--out", "pairs.csv"];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "--config", config, ...pairs],
      cwd: folder,
      env: { INIT_CWD: folder }, // as `deno task` and ./run set it, unless it is set
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertStringIncludes(await Deno.readTextFile(join(folder, "pairs.csv")), "anna/1.png");
  });
});

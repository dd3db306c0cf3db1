import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "node:path";
import { decodePng } from "../../data/pictures/png.ts";
import { ablate, type Watcher } from "../../study/ablation.ts";
import { ablationReport } from "../../study/ablation_report.ts";
import { type AblationSettings, settleAblation } from "../../study/ablation_settings.ts";
import { svgToPng } from "../../study/png.ts";
import { Schedule } from "../../study/schedule.ts";
import { lacksVgg, variants } from "../../study/variants.ts";
import {
  float32,
  serializeSafetensors,
  storedFloat32,
  type StoredTensor,
} from "../../engine/safetensors.ts";
import { readCheckpoint } from "../../repose/files/open_studio.ts";
import { inFolder } from "../data/fixtures.ts";
import { paperRecipe } from "../../train/recipe.ts";
import { writeMarketFolder } from "../train/market_folder.ts";

const tiny = { width: 2, batch: 1, steps: 8, every: 2, vgg: "none", "test-pairs": 5 } as const;

/** Watches without a word, and stops the ablation when it trains or judges the variant of that label. */
function watcher(stopAt: { label: string; stage: "training" | "judging" } | null): Watcher {
  const stop = new AbortController();
  let label = "";
  const at = (stage: string) => {
    if (stopAt?.label === label && stopAt.stage === stage) stop.abort();
  };
  return {
    stop: stop.signal,
    say: (line) => label = line.split(",")[0],
    write: (text) => {
      const pictures = /^(\d+)\/\d+ pictures/.exec(text);
      if (!pictures) at("training");
      else if (Number(pictures[1]) > 2) at("judging");
    },
  };
}

async function report(folder: string, settings: AblationSettings = {}): Promise<string> {
  const { html } = await ablationReport(await ablate(folder, settings, watcher(null)));
  return html.replaceAll(/<td class="time">[^<]*<\/td>/g, "");
}

/** Starts the program on an ablation, and kills it once the variant's log has some rows. */
async function kill(folder: string, variant: string): Promise<void> {
  const options = Object.entries(tiny).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const program = new URL("../../cli.ts", import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, "ablate", "--out", folder, ...options],
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  const status = process.status.finally(() => ended = true);
  const log = join(folder, variant, "log.jsonl");
  const rows = () => Deno.readTextFile(log).then((text) => text.split("\n").length - 1, () => 0);
  while (!ended && await rows() < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!ended) process.kill("SIGKILL");
  await status;
}

Deno.test("ablation: all rows, and the same report after a kill and an interruption", async () => {
  await inFolder(async (folder) => {
    const straight = await report(join(folder, "straight"), tiny);
    const names = [...variants.map(({ label }) => label), "Source as it is", "Real data"];
    const table = straight.slice(straight.indexOf("<table>"), straight.indexOf("</table>"));
    assertEquals([...table.matchAll(/<tr.*?><td>(.*?)<\/td>/g)].map(([, name]) => name), names);
    assertMatch(table, /<td>PercLoss<\/td><td>\u2013<small>no VGG-19 weights<\/small>/);
    assertMatch(table, /<td>Full<\/td><td>(<b>)?-?0\.\d{3}(<\/b>)?<small>-?0\.\d{3} to /);
    assertStringIncludes(table, "5 test pairs");
    assertStringIncludes(straight, 'href="data:image/png;base64,');

    const broken = join(folder, "broken");
    await kill(broken, "baseline");
    const stopping = watcher({ label: "DSC", stage: "judging" });
    const { name } = await assertRejects(() => ablate(broken, {}, stopping), DOMException);
    assertEquals(name, "AbortError");
    assert(await report(broken) === straight, "the reports differ");
    await assertRejects(
      () => report(broken, { width: 3, seed: 1 }),
      Error,
      "broken holds another ablation: width 2 (now 3), seed 0 (now 1); give another --out",
    );
  });
});

Deno.test("ablation: a variant that diverges is left out, the others go on", async () => {
  await inFolder(async (folder) => {
    const baseline = watcher({ label: "Baseline", stage: "training" });
    await assertRejects(() => ablate(folder, tiny, baseline), DOMException);
    const path = join(folder, "baseline", "checkpoint.safetensors");
    const { metadata, tensors } = await readCheckpoint(path);
    const spoilt = [...tensors].map(([name, tensor]): [string, StoredTensor] => [
      name,
      storedFloat32(float32(tensor).fill(1e30), tensor.shape),
    ]);
    await Deno.writeFile(path, serializeSafetensors(new Map(spoilt), metadata));
    const dsc = watcher({ label: "DSC", stage: "training" });
    const said: string[] = [];
    const listening = { ...dsc, say: (line: string) => (said.push(line), dsc.say(line)) };
    await assertRejects(() => ablate(folder, {}, listening), DOMException);
    assertMatch(said[2], /^Baseline is LEFT OUT: the \w+ loss of step \d is NaN/);
  });
});

Deno.test("ablation: wrong settings, data and metrics are told before anything is trained", async () => {
  await inFolder(async (folder) => {
    const refused = (settings: AblationSettings, message: string) =>
      assertRejects(() => ablate(join(folder, "a"), settings, watcher(null)), Error, message);
    await refused({ ...tiny, data: join(folder, "none") }, "cannot open the data set");
    await refused({ ...tiny, width: 0 }, "width 0");
    await refused({ ...tiny, metrics: "ssim,beauty" }, 'no metric "beauty"');
    await refused({ ...tiny, vgg: join(folder, "vgg") }, "no VGG-19 weights at");
    await writeMarketFolder(join(folder, "data"), { train: ["0002"], test: [] });
    await refused({ ...tiny, data: join(folder, "data") }, "no test pairs");
    await assertRejects(() => Deno.stat(join(folder, "a")), Deno.errors.NotFound);
    await Deno.writeTextFile(join(folder, "ablation.json"), '{"steps": "many"}');
    await assertRejects(() => settleAblation(folder, {}), Error, '"steps" must be a whole number');
  });
});

Deno.test("ablation: one that an older version left goes on, with the paper's recipe", async () => {
  await inFolder(async (folder) => {
    const settled = await settleAblation(join(folder, "new"), tiny);
    assertEquals(settled.recipe, "paper");
    const later = new Set([...Object.keys(paperRecipe), "size"]);
    assert([...later].every((field) => Object.hasOwn(settled, field)));
    const old = Object.fromEntries(Object.entries(settled).filter(([field]) => !later.has(field)));
    await Deno.writeTextFile(join(folder, "ablation.json"), JSON.stringify(old));
    assertEquals(await settleAblation(folder, {}), settled);
    await assertRejects(() => settleAblation(folder, { recipe: "modern" }), Error, "recipe paper");
  });
});

Deno.test("variants: six, each its own model; only the perceptual loss cannot do without VGG-19", () => {
  const choices = variants.map(({ choice }) => JSON.stringify(choice));
  assertEquals([variants.length, new Set(choices).size], [6, 6]);
  const lacking = variants.filter((variant) => lacksVgg(variant, { preset: "demo", vgg: "none" }));
  assertEquals(lacking.map(({ name }) => name), ["percloss"]);
  assert(!variants.some((variant) => lacksVgg(variant, { preset: "demo", vgg: "file" })));
});

Deno.test("schedule: the rest of a run, and of all runs as long as those before", () => {
  const schedule = new Schedule(100, 3);
  assertEquals(schedule.describe(30, 1), "0:30 left, about 3:50 of all"); // 30 + 2 * 100 s
  schedule.trained(100);
  schedule.judged(20);
  assertEquals(schedule.describe(300, 3), "5:00 left, about 9:00 of all"); // 300 + 200 + 2 * 20
});

Deno.test("png: text and lines are drawn, over white", async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">` +
    `<text x="2" y="15" fill="currentColor" font-size="16">H</text></svg>`;
  const { width, height, pixels } = await decodePng(await svgToPng(svg, 2));
  assertEquals([width, height, pixels[0]], [80, 40, 255]);
  assert(pixels.some((value) => value < 50), "no letter is drawn");
});

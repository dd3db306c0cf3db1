import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "node:path";
import { decodePng } from "../../data/pictures/png.ts";
import { compareRuns } from "../../study/comparison.ts";
import { lossCurve, smoothingWindow } from "../../study/curve.ts";
import { writeReport } from "../../study/files.ts";
import { runNames } from "../../study/run.ts";
import { parseLog } from "../../train/log.ts";
import { inFolder } from "../data/fixtures.ts";
import { logLines, ssimResults, writeRun } from "./runs.ts";

const settings = { preset: "demo", width: 4, steps: 20, batch: 2, seed: 0, vgg: "none" } as const;

Deno.test("curve: means of steps after one another, a gap where there is no finite loss", () => {
  const log = [1, 3, null, null, 4, null, 8].map((value, i) => ({
    step: i + 1,
    seconds: 0,
    discriminator: value,
    adversarial: 1,
    reconstruction: 1,
  }));
  assertEquals(lossCurve(log, "discriminator", 2), [
    { step: 1.5, value: 2 },
    { step: 3.5, value: null },
    { step: 5.5, value: 4 },
    { step: 7.5, value: 8 },
  ]);
  // A log that begins later, with rows missing in it.
  const holes = [log[4], log[6]];
  assertEquals(lossCurve(holes, "discriminator", 1).map(({ value }) => value), [4, null, 8]);
  assertEquals(lossCurve([], "discriminator", 1), []);
  const steps = (count: number) => parseLog(logLines(count, 1).join("\n") + "\n").rows;
  assertEquals(smoothingWindow([[], steps(50)]), 1);
  assertEquals(smoothingWindow([steps(20), steps(501)]), 11);
});

Deno.test("log: broken lines are left out, losses that are no numbers are gaps, and notes say so", () => {
  const lines = logLines(5, 1);
  lines[1] = lines[1].replace(/"adversarial":[^,]*/, '"adversarial":NaN');
  lines[2] = '{"step":3,"discr';
  lines.splice(4, 0, "[4]", "null", lines[0]);
  const { rows, notes } = parseLog(lines.join("\n") + '\n{"step":');
  assertEquals(rows.map(({ step, adversarial }) => [step, adversarial]), [
    [1, 1],
    [2, null],
    [4, 0.25],
    [5, 0.2],
  ]);
  assertEquals(notes, [
    "the log's last line is cut short and left out",
    "4 lines of the log are no rows and left out, the first in line 3",
    "the adversarial loss is no finite number in 1 steps, the first 2",
  ]);
});

Deno.test("names: the folders' last parts, or whole paths where they are alike", () => {
  assertEquals(runNames(["a/x/", "/b/y"]), ["x", "y"]);
  assertEquals(runNames(["/a/x", "/b/x", "/b/y"]), ["/a/x", "/b/x", "y"]);
  assertThrows(() => runNames(["/a/x", "/a/y/../x"]), Error, "/a/x is named twice");
});

Deno.test("compare: a page with a line for each run, what differs, the cost and the metrics", async () => {
  await inFolder(async (folder) => {
    const [one, two] = [join(folder, "one"), join(folder, "<two>")];
    const log = (start: number) => logLines(20, start).join("\n") + "\n";
    await writeRun(one, { ...settings, configuration: "full" }, log(2), ssimResults(0.3));
    await writeRun(two, { ...settings, configuration: "dsc" }, log(3), ssimResults(0.4));
    const report = await compareRuns([one, two]);
    const { html, figures } = report;
    assertStringIncludes(html, "<td><b>0.400</b><small>0.390 to 0.410</small></td>");
    assertStringIncludes(html, "<td>0.300<small>0.290 to 0.310</small></td>");
    assertStringIncludes(html, "<td>Source as it is</td><td>0.250<small>");
    assertStringIncludes(html, "SSIM: 11x11 &amp; &lt;range&gt;");
    assertStringIncludes(html, "<td>configuration</td><td>full</td><td>dsc</td>");
    assertStringIncludes(html, '20 of 20</td><td class="time">0:10</td>');
    assertStringIncludes(html, '<td class="time">4.00</td>'); // 20 steps of 2 pictures in 10 s
    assertStringIncludes(html, "&lt;two&gt;");
    assert(!/<two>|https?:\/\/(?!www\.w3\.org)/.test(html));
    // Discriminator, adversarial, and two kinds of reconstruction.
    assertEquals(html.match(/mark-line role-mark/g)?.length, 2 + 2 + 1 + 1);
    assertStringIncludes(figures.losses.caption, "Each point is a step");

    await writeReport(join(folder, "page.html"), report, join(folder, "figures"));
    assertEquals(await Deno.readTextFile(join(folder, "page.html")), html);
    const { width, height } = await decodePng(
      await Deno.readFile(join(folder, "figures/losses.png")),
    );
    assert(width > 1700 && height > 1000, `${width}x${height}`);
    assertEquals((await compareRuns([one, two])).html, html);
  });
});

Deno.test("compare: runs judged on other pairs are said not to compare", async () => {
  await inFolder(async (folder) => {
    const paths = ["a", "b"].map((name) => join(folder, name));
    for (const [i, path] of paths.entries()) {
      await writeRun(path, settings, logLines(2, 1).join("\n"), ssimResults(0.3, `data ${i}`));
    }
    const { html } = await compareRuns(paths);
    assertStringIncludes(html, "judged on different pairs and do not compare");
    assert(!/Source as it is|<b>/.test(html));
  });
});

Deno.test("compare: what is no run is named in one line; broken logs and results are noted", async () => {
  await inFolder(async (folder) => {
    const refused = async (path: string, message: string) => {
      const { message: actual } = await assertRejects(() => compareRuns([path]), Error, message);
      assertEquals(actual.includes("\n"), false);
    };
    await refused(join(folder, "none"), "none holds no training run");
    await Deno.writeTextFile(join(folder, "file"), "");
    await refused(join(folder, "file"), "file holds no training run");
    const run = join(folder, "run");
    await Deno.mkdir(run);
    await Deno.writeTextFile(join(run, "log.jsonl"), "\u0000\n\n{}");
    await refused(run, "cannot read the settings");
    await Deno.writeTextFile(join(run, "settings.json"), '{"width": "x"}');
    await refused(run, '"width" must be');

    await writeRun(run, {}, "\u0000\n\n{}");
    for (const results of ["[", "null", '{"pairs":1,"data":"","results":[null]}']) {
      await Deno.writeTextFile(join(run, "evaluation/results.json"), results);
      const { html } = await compareRuns([run]);
      assertStringIncludes(html, "No run was judged yet");
      assertStringIncludes(html, "--out RUN/evaluation");
      assertMatch(html, /run: the log has no rows/);
      assertMatch(html, /results\.json is not what evaluate writes/);
    }
  });
});

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ablate } from "../../cli/ablate.ts";
import { animate } from "../../cli/animate.ts";
import { type Command, parseArguments } from "../../cli/arguments.ts";
import { compare } from "../../cli/compare.ts";
import { data } from "../../cli/data.ts";
import { evaluate } from "../../cli/evaluate.ts";
import { checkFiles } from "../../cli/files.ts";
import { exportModel } from "../../cli/export.ts";
import { generate } from "../../cli/generate.ts";
import { pose } from "../../cli/pose.ts";
import { train } from "../../cli/train.ts";
import { weights } from "../../cli/weights.ts";
import { inFolder } from "../data/fixtures.ts";

/** Runs `use` in a folder with files of those names, and links to some of them, as the working folder. */
async function inPlace(use: () => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const before = Deno.cwd();
    Deno.chdir(folder);
    try {
      for (const path of ["x", "poses", "run/evaluation", "set/train"]) {
        await Deno.mkdir(path, { recursive: true });
      }
      for (const path of files) await Deno.writeTextFile(path, "");
      await Deno.symlink("me.png", "linked.png");
      await Deno.symlink("model.safetensors", "linked.onnx");
      await Deno.symlink("x", "way");
      await Deno.link("me.png", "twin.png");
      await use();
    } finally {
      Deno.chdir(before);
    }
  });
}

const files = [
  ...["me.png", "me-pose.png", "two.png", "a.csv", "file", "x/list.csv", "run/log.jsonl"],
  ...["run/evaluation/results.json", "run/report.html", "poses/1.png", "poses/2.webp"],
  ...["set/train/1.jpg", "set/dataset.json", "model.safetensors", "settings.json"],
];

const check = async (command: Command, line: string) =>
  await checkFiles(await command.files(parseArguments(command, line.split(" "))));

const me = "--source me.png --pose two.png";

Deno.test("files: no command writes over what it reads, however that is spelt", async () => {
  const refused: [Command, string][] = [
    [generate, `${me} --out me.png`],
    [generate, `${me} --out ./x/../me.png`],
    [generate, `${me} --out linked.png`],
    [generate, `${me} --out way/../me.png`],
    [generate, `${me} --out twin.png`],
    [generate, `${me} --out two.png`],
    [generate, `--source linked.png --pose two.png --out me.png`],
    [generate, `--source me.png --pose poses --out poses/1.png`],
    [animate, "--source me.png --poses poses --out poses/2.webp"],
    [animate, "--source me.png --poses poses/2.webp --out x/../poses/2.webp"],
    [pose, "me.png two.png --draw"],
    [data, "pairs --annotation a.csv --out a.csv"],
    [exportModel, "--checkpoint linked.onnx --onnx run/../linked.onnx"],
    [data, "pairs --annotation way/list.csv --out x/list.csv"],
    [data, "check set --list set/train/1.jpg"],
    [data, "folder set --poses set/dataset.json"],
    [compare, "run --out run/log.jsonl"],
    [compare, "run --out run/evaluation/results.json"],
    [evaluate, "--checkpoint run/evaluation/results.json --out run/evaluation"],
    [train, "--from model.safetensors --out ."],
    [train, "--config settings.json --out x/.."],
    [weights, "vgg19 --from model.safetensors --out ./model.safetensors"],
  ];
  await inPlace(async () => {
    await assertRejects(
      () => check(data, "join set x --out x/../set"),
      Error,
      "is one of the folders to join",
    );
    await assertRejects(
      () => check(exportModel, "--checkpoint model.safetensors --onnx me.png"),
      Error,
      "--onnx me.png must end in .onnx",
    );
    for (const [command, line] of refused) {
      const { message } = await assertRejects(() => check(command, line), Error, "cannot write");
      assertMatch(
        message,
        /to be read; give another name$|is there already; move it, or add --overwrite$/,
      );
    }
  });
});

Deno.test("files: what is written anew, beside what is read or over an earlier output, is let through", async () => {
  const allowed: [Command, string][] = [
    [generate, `${me} --out x/me.png`],
    [generate, `${me} --out poses/1.png`],
    [animate, "--source me.png --poses poses --out poses/a.gif"],
    [pose, "two.png --draw --out x.json"],
    [pose, "me.png two.png --draw --overwrite"],
    [data, "pairs --annotation a.csv --out x/list.csv"],
    [data, "check set --list set/findings.txt"],
    [data, "folder set --poses set"],
    [compare, "run --out run/report.html --figures run/figures"],
    [compare, "run --out reports/all/report.html"],
    [evaluate, "--checkpoint model.safetensors --out run/evaluation"],
    [train, "--from model.safetensors --out new/run"],
    [train, "--resume --config run/settings.json --out run"],
    [ablate, "--out run"],
  ];
  await inPlace(async () => {
    for (const [command, line] of allowed) await check(command, line);
    assertEquals(Deno.readDirSync("x").toArray().map(({ name }) => name), ["list.csv"]);
  });
});

Deno.test("files: what a program left that was killed is cleared away where the next one writes", async () => {
  const lines: [Command, string][] = [
    [generate, `${me} --out x/me.png`],
    [animate, "--source me.png --poses poses --out x/a.gif"],
    [data, "folder set --out x"],
    [evaluate, "--checkpoint model.safetensors --out x"],
    [ablate, "--out x"],
  ];
  await inPlace(async () => {
    for (const [command, line] of lines) {
      await Deno.writeTextFile(`x/.repose-${crypto.randomUUID()}.tmp`, "half");
      await check(command, line);
      assertEquals(Deno.readDirSync("x").toArray().map(({ name }) => name), ["list.csv"]);
    }
  });
});

Deno.test("files: where nothing can be written is said before the work", async () => {
  const refused: [Command, string, string][] = [
    [animate, "--source me.png --poses poses --out nodir/a.gif", "there is no folder nodir"],
    [generate, `${me} --out file/a.png`, "file is not a folder"],
    [train, "--out file/run", "file is not a folder"],
    [evaluate, "--checkpoint c --out file", "file is not a folder"],
    [ablate, "--out file", "file is not a folder"],
    [compare, "run --out poses", "it is a folder"],
    [pose, "two.png --out nodir/a.json", "there is no folder nodir"],
    [train, "--out /proc/run", "no file can be made in /proc"],
  ];
  await inPlace(async () => {
    for (const [command, line, message] of refused) {
      await assertRejects(() => check(command, line), Error, message);
    }
  });
});

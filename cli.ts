#!/usr/bin/env -S deno run -A
/** The command line of Repose: `./run COMMAND`, or `deno run -A cli.ts COMMAND`. */
import { ablate } from "./cli/ablate.ts";
import { animate } from "./cli/animate.ts";
import { type Command, helpText, parseArguments } from "./cli/arguments.ts";
import { compare } from "./cli/compare.ts";
import { data } from "./cli/data.ts";
import { evaluate } from "./cli/evaluate.ts";
import { exportModel } from "./cli/export.ts";
import { checkFiles } from "./cli/files.ts";
import { generate } from "./cli/generate.ts";
import { info } from "./cli/info.ts";
import { pose } from "./cli/pose.ts";
import { report } from "./cli/report.ts";
import { train } from "./cli/train.ts";
import { weights } from "./cli/weights.ts";
import project from "./deno.json" with { type: "json" };

const commands: Readonly<Record<string, Command>> = {
  train,
  generate,
  animate,
  pose,
  evaluate,
  compare,
  ablate,
  export: exportModel,
  data,
  info,
  weights,
};

const overview = [
  "Repose paints a person from a photo in another pose.",
  "",
  ...Object.values(commands).map(({ usage, purpose }) => {
    const [name] = usage.split(" ");
    return `  ${name.padEnd(10)}${purpose.split("\n")[0]}`;
  }),
  "",
  "./run COMMAND --help shows a command's options.",
].join("\n");

/** `-C DIR COMMAND ...`, as deno.json's tasks call it, is COMMAND with paths as seen from DIR. */
async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name === "-C" && args.length > 0) {
    const [folder, ...rest] = args;
    Deno.chdir(folder);
    return await main(rest);
  }
  if (name === undefined || ["help", "-h", "--help"].includes(name)) return console.log(overview);
  if (name === "--version") return console.log(project.version);
  if (!Object.hasOwn(commands, name)) {
    throw new Error(`no command ${name}; there are ${Object.keys(commands).join(", ")}`);
  }
  const parsed = parseArguments(commands[name], args);
  if (parsed.switches.has("help")) return console.log(helpText(commands[name]));
  await checkFiles(await commands[name].files(parsed));
  await commands[name].run(parsed);
}

await main(Deno.args).catch((error) => {
  report(error);
  Deno.exit(); // a GPU that never answers would keep the program waiting
});

import { dirname } from "node:path";
import { compareRuns } from "../study/comparison.ts";
import { writeReport } from "../study/files.ts";
import type { Command } from "./arguments.ts";

export const compare: Command = {
  usage: "compare RUN... [OPTIONS]",
  purpose: "Shows training runs side by side in one page: losses, metrics, settings, time.",
  options: {
    out: { placeholder: "FILE", help: "the page (report.html)" },
    figures: { placeholder: "DIR", help: "write its figures there too, as SVG and PNG" },
  },
  takesWords: true,
  files: ({ words, texts: { out = "report.html", figures } }) => ({
    reads: words,
    writes: [out],
    folders: [dirname(out), ...(figures === undefined ? [] : [figures])],
  }),
  async run({ words, texts: { out = "report.html", figures } }) {
    if (words.length === 0) {
      throw new Error("name the folders of training runs: ./run compare RUN...");
    }
    const report = await compareRuns(words);
    await writeReport(out, report, figures);
    console.log(`${out} compares ${words.length} runs`);
  },
};

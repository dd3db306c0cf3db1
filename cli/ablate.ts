import { join } from "node:path";
import { ablate as runAblation } from "../study/ablation.ts";
import { ablationReport } from "../study/ablation_report.ts";
import { ablationFields } from "../study/ablation_settings.ts";
import { writeReport } from "../study/files.ts";
import { evaluationFolder } from "../study/run.ts";
import { variants } from "../study/variants.ts";
import { settingsFromTexts } from "../model/settings.ts";
import { type Command, required } from "./arguments.ts";
import { Interrupt, INTERRUPTED } from "./interrupt.ts";

/** In the ablation's folder. */
const FIGURES = "figures";

export const ablate: Command = {
  usage: "ablate --out DIR [OPTIONS]",
  purpose: "Trains and judges the variants of the paper's ablation, and writes one report.\n" +
    "All start from one seed, see the same batches and are judged on the same test pairs. The same\n" +
    "command goes on where it was stopped.",
  options: {
    ...ablationFields,
    out: { placeholder: "DIR", help: "where the runs and the report go" },
  },
  files(args) {
    const out = required(args, ablate, "out");
    const judged = variants.map(({ name }) => evaluationFolder(join(out, name)));
    return { folders: [out, join(out, FIGURES), ...judged] };
  },
  async run(args) {
    const out = required(args, ablate, "out");
    const settings = settingsFromTexts(ablationFields, args.texts);
    using interrupt = new Interrupt();
    try {
      const say = (line: string) => console.log(line);
      const ablation = await runAblation(out, settings, { stop: interrupt.signal, say });
      const report = await ablationReport(ablation);
      const path = join(out, "report.html");
      const figures = join(out, FIGURES);
      await writeReport(path, report, figures);
      console.log(`${path} has the report, ${figures} its figures as SVG and PNG`);
    } catch (error) {
      if (!interrupt.signal.aborted) throw error;
      console.log(`stopped; go on with: ./run ablate --out ${out}`);
      Deno.exitCode = INTERRUPTED;
    }
  },
};

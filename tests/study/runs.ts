import { join } from "node:path";
import type { Results } from "../../evaluate/summary.ts";
import { resultsPath } from "../../evaluate/summary.ts";
import { evaluationFolder } from "../../study/run.ts";
import type { TrainingSettings } from "../../train/options.ts";

/** The lines of a log of `count` steps, whose losses fall from `start` on. */
export function logLines(count: number, start: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const loss = start / (i + 1);
    return `{"step":${i + 1},"discriminator":${loss},"adversarial":${loss},` +
      `"reconstruction":${loss},"seconds":${(i + 1) / 2}}`;
  });
}

/** Writes a run's folder as train and evaluate leave it. */
export async function writeRun(
  folder: string,
  settings: TrainingSettings,
  log: string,
  results?: Results,
): Promise<void> {
  await Deno.mkdir(join(folder, "evaluation"), { recursive: true });
  await Deno.writeTextFile(join(folder, "settings.json"), JSON.stringify(settings));
  await Deno.writeTextFile(join(folder, "log.jsonl"), log);
  if (results) {
    await Deno.writeTextFile(resultsPath(evaluationFolder(folder)), JSON.stringify(results));
  }
}

/** Results with one metric, SSIM, and its interval of 0.01 to either side. */
export function ssimResults(output: number, data = "figures"): Results {
  const estimate = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
  return {
    checkpoint: "c",
    data,
    pairs: 7,
    metrics: ["ssim"],
    seed: 0,
    devices: ["a GPU"],
    resamples: 1000,
    results: [{
      name: "ssim",
      unit: "",
      better: "higher",
      protocol: "11x11 & <range>",
      rows: { output: estimate(output), source: estimate(0.25) },
    }],
  };
}

/** Judges a trained run by the test pairs, and paints some of them to look at. */
import type { Dataset, Pair, Picture } from "../data/types.ts";
import { shuffledIndex } from "../data/sets/sampler.ts";
import type { Device } from "../engine/device.ts";
import { digestFiles, digestLists } from "../data/sets/digest.ts";
import type { Metric } from "../evaluate/metrics.ts";
import { Tools, type WeightFiles } from "../evaluate/tools.ts";
import { BATCH, evaluateShard } from "../evaluate/run.ts";
import { writeResults } from "../evaluate/summary.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { openStudio } from "../repose/files/open_studio.ts";
import type { RunFolder } from "../train/run_folder.ts";
import { evaluationFolder } from "./run.ts";

/** How runs are judged. */
export interface Judging {
  /** A folder, or null for the built-in figures. */
  readonly data: string | null;
  /** Its test pairs are judged. */
  readonly dataset: Dataset;
  readonly metrics: readonly Metric[];
  /** Painted to look at. */
  readonly samples: readonly Pair[];
  readonly seed: number;
  /** SHA-256 of the weights that were given for metrics. */
  readonly weights: string | undefined;
  /** Files of the weights that metrics need. */
  readonly files: WeightFiles;
}

/** What is seen of a run when it is judged. */
export interface Judgement {
  readonly configuration: ModelConfiguration;
  readonly deviceKind: Device["kind"];
  /** Of the samples. */
  readonly outputs: readonly Picture[];
}

/**
 * Judges the run in a folder, or the pairs that are left of it, and writes the results beside it.
 *
 * @param onProgress learns how many pairs are judged, of how many; an exception from it ends the judging
 */
export async function judgeRun(
  folder: RunFolder,
  { data, dataset, metrics, weights, samples, seed, files }: Judging,
  onProgress: (done: number, total: number) => void,
): Promise<Judgement> {
  using studio = await openStudio(folder.checkpoint);
  const { device, painter, configuration } = studio;
  const records = evaluationFolder(folder.path);
  await evaluateShard({
    run: {
      checkpoint: await digestFiles([folder.checkpoint]),
      data: await digestLists(data, "test"),
      pairs: dataset.pairCount("test"),
      metrics: metrics.map(({ name }) => name),
      weights,
      seed,
    },
    shard: { number: 1, count: 1 },
    folder: records,
    dataset,
    metrics,
    tools: new Tools(device, configuration, studio.findPeople, files),
    paint: (pairs) => painter.paint(pairs, BATCH),
    onProgress,
  });
  await writeResults(records);
  const outputs = await painter.paint(samples, BATCH);
  return { configuration, deviceKind: device.kind, outputs };
}

/** A data set with `count` of its test pairs, spread over all, or with all where there are no more. */
export function withTestPairs(dataset: Dataset, count: number | undefined): Dataset {
  const all = dataset.pairCount("test");
  if (count === undefined || count >= all) return dataset;
  return {
    size: dataset.size,
    skeleton: dataset.skeleton,
    pairCount: (split) => split === "test" ? count : dataset.pairCount(split),
    pair: (split, index) =>
      dataset.pair(split, split === "test" ? shuffledIndex(index, all, 0) : index),
  };
}

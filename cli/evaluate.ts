import type { Pair, Picture } from "../data/types.ts";
import { digestFiles, digestLists } from "../data/sets/digest.ts";
import { digestWeights } from "../evaluate/digest.ts";
import { chooseMetrics, metrics as allMetrics, plainMetrics } from "../evaluate/metrics.ts";
import type { Shard } from "../data/shard.ts";
import type { Run } from "../evaluate/records.ts";
import { BATCH, evaluateShard } from "../evaluate/run.ts";
import { resultsPath, writeResults } from "../evaluate/summary.ts";
import { resultsTable } from "../evaluate/table.ts";
import { filesOf, Tools } from "../evaluate/tools.ts";
import { openTestDataset } from "../train/dataset.ts";
import { type Arguments, type Command, required, shardOf, wholeNumber } from "./arguments.ts";
import { pictureProgress } from "../data/files/progress.ts";
import { checkpointFile, openStudio } from "../repose/files/open_studio.ts";
import { PhotoBackground } from "../repose/background.ts";
import { withPhoto } from "../repose/finish.ts";
import type { Studio } from "../repose/studio.ts";

const DEFAULT_OUT = "evaluation";
const plain = plainMetrics.map(({ name }) => name).join(", ");
const named = allMetrics.filter(({ needs }) => needs !== null)
  .map(({ name, needs }) => `${name} (${needs})`).join(", ");

export const evaluate: Command = {
  usage: "evaluate --checkpoint FILE [OPTIONS], or ./run evaluate --merge --out DIR",
  purpose: "Paints the test pairs of a data set and judges them by many metrics.\n" +
    "It goes on where it was stopped. With --shard K/N it does a part, on as many machines as you like;\n--merge puts the parts together.",
  options: {
    checkpoint: { placeholder: "FILE", help: "what train wrote, or a run's folder" },
    data: { placeholder: "DIR", help: "a folder as train reads it; without it, drawn figures" },
    pairs: { placeholder: "CSV", help: "the list of test pairs (the folder's)" },
    out: { placeholder: "DIR", help: "where records and results go (evaluation)" },
    metrics: {
      placeholder: "A,B",
      help: `some of ${plain} (these, if nothing is said);\nby networks: ${named};\n` +
        "or all: all but those that need --lpips or --inception",
    },
    lpips: {
      placeholder: "FILES",
      help: "weights of torchvision's AlexNet or VGG-16 and LPIPS's own, A.pth,B.pth",
    },
    inception: {
      placeholder: "FILE",
      help: "Inception-v3's weights: pytorch-fid's pt_inception-2015-12-05 or torchvision's",
    },
    finished: { help: "judge what generate gives: with the photo's background and face" },
    shard: { placeholder: "K/N", help: "only part K of N, counted from 1" },
    seed: { placeholder: "N", help: "seed of the intervals' bootstrap (0)" },
    merge: { help: "no painting: the results of all parts in --out" },
  },
  files: async ({ texts: { checkpoint, pairs, lpips, inception, out = DEFAULT_OUT } }) => ({
    reads: [
      checkpoint && await checkpointFile(checkpoint),
      pairs,
      inception,
      ...(lpips ? filesOf(lpips) : []),
    ],
    writes: [resultsPath(out)],
    folders: [out],
  }),
  async run(args) {
    const { out = DEFAULT_OUT } = args.texts;
    if (args.switches.has("merge")) return await showResults(out);
    const shard = shardOf(args);
    const checkpoint = await checkpointFile(required(args, evaluate, "checkpoint"));
    using studio = await openStudio(checkpoint);
    await runShard(args, checkpoint, out, shard, studio);
    if (shard.count === 1) return await showResults(out);
    console.log(
      `part ${shard.number} of ${shard.count} is done; after all parts: ./run evaluate --merge --out ${out}`,
    );
  },
};

async function runShard(
  args: Arguments,
  checkpoint: string,
  folder: string,
  shard: Shard,
  { painter, findPeople }: Studio,
): Promise<void> {
  const { data = null, pairs = null, metrics: names, lpips, inception } = args.texts;
  const { device, configuration } = painter;
  const metrics = chooseMetrics(names, configuration.size);
  const dataset = await openTestDataset(data, pairs, configuration);
  const finished = args.switches.has("finished");
  const finish = (painted: Picture, { source, target }: Pair) =>
    withPhoto(painted, target.joints, new PhotoBackground(source, configuration.skeleton));
  const run: Run = {
    checkpoint: await digestFiles([checkpoint]),
    data: await digestLists(data, "test", pairs),
    pairs: dataset.pairCount("test"),
    metrics: metrics.map(({ name }) => name),
    ...(finished ? { finished } : {}),
    weights: await digestWeights({ lpips, inception }),
    seed: wholeNumber(args, "seed", { least: 0, most: 2 ** 32 - 1, fallback: 0 }),
  };
  await evaluateShard({
    run,
    shard,
    folder,
    dataset,
    metrics,
    tools: new Tools(device, configuration, findPeople, { lpips, inception }),
    paint: async (pairs) => {
      const painted = await painter.paint(pairs, BATCH);
      return finished ? painted.map((picture, i) => finish(picture, pairs[i])) : painted;
    },
    onProgress: pictureProgress(),
  });
}

async function showResults(folder: string): Promise<void> {
  const results = await writeResults(folder);
  console.log(`${resultsTable(results)}\n\n${resultsPath(folder)} has them in full`);
}

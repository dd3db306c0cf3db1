/** What pictures are judged by: one table in two parts. To add a metric, write its file and its row. */
import type { Picture, Sample } from "../data/types.ts";
import type { Size } from "../pose/types.ts";
import { frechetDistance } from "./frechet.ts";
import { inceptionScore } from "./inception_score.ts";
import { maskSsim } from "./mask_ssim.ts";
import { pckh } from "./pckh.ts";
import { l1, psnr } from "./pixels.ts";
import type { Ratio, Row } from "./score.ts";
import { authorsSsim, laterSsim, plainSsim, ssim } from "./ssim.ts";
import type { PictureKind, Tools } from "./tools.ts";
import { vggDistance } from "../networks/vgg19/distance.ts";
import { largestOf } from "../repose/people.ts";

/** How a metric shows in results. */
interface Description {
  readonly name: string;
  /** "" for a plain number. */
  readonly unit: string;
  readonly better: "higher" | "lower";
  /** In short, which definition it is. */
  readonly protocol: string;
  /** The rows in which it tells something. */
  readonly rows: readonly Row[];
  /** Pixels that both sides of a picture must have. */
  readonly leastSide: number;
}

/** A number, or a share, for each pair; a set's is their mean. The same pictures must always give the same bits. */
export type PairMetric = PlainMetric | WeightedMetric;

/** A metric by the pictures alone; it is computed in workers. */
export interface PlainMetric extends Description {
  readonly kind: "pair";
  readonly needs: null;
  open(kind: PictureKind): PairScore;
}

/** A metric that is only computed where it is named. */
export interface WeightedMetric extends Description {
  readonly kind: "pair";
  /** The weights that must be at hand. */
  readonly needs: string;
  /** Whether the user hands them over; "all" leaves such metrics out. */
  readonly given?: true;
  /** Makes it ready: loads weights. */
  open(tools: Tools): PairScore | Promise<PairScore>;
}

export type PairScore = (
  painted: Picture,
  target: Sample,
) => number | Ratio | Promise<number | Ratio>;

/** A number for a set of pictures, from features of each. */
export interface SetMetric extends Description {
  readonly kind: "set";
  readonly needs: string;
  readonly given?: true;
  /** As a weighted metric's; a picture's features are of one length. */
  open(tools: Tools): PictureFeatures | Promise<PictureFeatures>;
  /** `features` are those of the row's pictures, `real` those of the targets, both in the pairs' order. */
  summarize(features: readonly Float32Array[], real: readonly Float32Array[]): number;
}

export type PictureFeatures = (
  painted: Picture,
  target: Sample,
) => Float32Array | Promise<Float32Array>;

export type Metric = PairMetric | SetMetric;

const wang = "Gaussian 11x11, sigma 1.5, biased covariance, mean over channels";

/** The metrics by the pictures alone. */
export const plainMetrics: readonly PlainMetric[] = [
  {
    ...comparison("ssim", "higher", 11, `the authors': ${wang}, range = painted max - min`),
    open: () => (painted, { picture }) => ssim(painted, picture, authorsSsim),
  },
  {
    ...comparison("ssim-255", "higher", 11, `Wang et al.: ${wang}, range 255`),
    open: () => (painted, { picture }) => ssim(painted, picture, plainSsim),
  },
  {
    ...comparison(
      "ssim-51",
      "higher",
      51,
      "later papers': flat 51x51, unbiased covariance, mean over channels, range 255",
    ),
    open: () => (painted, { picture }) => ssim(painted, picture, laterSsim),
  },
  {
    ...comparison(
      "mask-ssim",
      "higher",
      11,
      "PG2's mask of the target pose (limbs 4 px to either side, joints 4 px, closed by 5x5; not " +
        "scaled) on both pictures, then ssim",
    ),
    open: ({ skeleton }) => (painted, target) => maskSsim(painted, target, skeleton),
  },
  {
    ...comparison("l1", "lower", 1, "mean absolute difference of values in 0..1"),
    open: () => (painted, { picture }) => l1(painted, picture),
  },
  {
    ...comparison("psnr", "higher", 1, "10 log10(255^2 / mean squared difference), at most 100"),
    unit: "dB",
    open: () => (painted, { picture }) => psnr(painted, picture),
  },
];

/** The metrics by networks. */
const weightedMetrics: readonly (WeightedMetric | SetMetric)[] = [
  {
    ...comparison(
      "pckh",
      "higher",
      1,
      "PATN's: share of the target's joints that are found within half the width and half the " +
        "height of its head (box of nose, neck, eyes, ears)",
    ),
    needs: "MoveNet",
    rows: ["output", "source", "real"],
    open: ({ skeleton, findPeople }) => async (painted, { joints }) =>
      pckh(largestOf(await findPeople(painted)), joints, skeleton),
  },
  {
    ...comparison(
      "ds-centernet",
      "higher",
      1,
      "detection score, DS, by CenterNet over MobileNetV3 (the paper's is by SSD300): the likeliest " +
        "person's score; the picture in the middle of a black square, bilinear to 512x512",
    ),
    needs: "CenterNet",
    rows: ["output", "source", "real"],
    async open(tools) {
      const person = await tools.detector();
      return async (painted) => (await person.detect(painted)).score;
    },
  },
  {
    ...comparison("vgg-l1", "lower", 1, "mean absolute difference of VGG-19 conv1_2 after ReLU"),
    needs: "VGG-19",
    async open(tools) {
      const distance = vggDistance(tools.device, await tools.vgg(), tools.size);
      return (painted, { picture }) => distance(painted, picture);
    },
  },
  {
    ...comparison(
      "lpips",
      "lower",
      16,
      "LPIPS 0.1, linear layers over AlexNet or VGG-16 as given, pictures in their own size",
    ),
    needs: "--lpips",
    given: true,
    async open(tools) {
      const lpips = await tools.lpips();
      return (painted, { picture }) => lpips.distance(painted, picture);
    },
  },
  {
    ...comparison(
      "fid",
      "lower",
      1,
      "Frechet distance of Inception-v3's 2048 pooled features, pictures brought to 299x299 as " +
        "pytorch-fid does; against the test pairs' real pictures, one for each pair",
    ),
    kind: "set",
    needs: "--inception",
    given: true,
    async open(tools) {
      const inception = await tools.inception();
      return async (painted) => (await inception.features(painted)).pool;
    },
    summarize: (features, real) => frechetDistance(features, real),
  },
  {
    ...comparison(
      "is",
      "higher",
      1,
      "inception score: mean over 10 parts of the set (as many as pictures where there are fewer), " +
        "pictures as for fid, without the logits' biases by pytorch-fid's weights",
    ),
    kind: "set",
    needs: "--inception",
    given: true,
    rows: ["output", "source", "real"],
    async open(tools) {
      const inception = await tools.inception();
      return async (painted) => (await inception.features(painted)).probabilities;
    },
    summarize: (probabilities) =>
      inceptionScore(probabilities, Math.min(IS_PARTS, probabilities.length)).mean,
  },
];

/** As Salimans et al. have it. */
const IS_PARTS = 10;

/** All metrics, in the order in which they are shown. */
export const metrics: readonly Metric[] = [...plainMetrics, ...weightedMetrics];

/** A metric that compares with the real picture, which says nothing of that picture itself. */
function comparison(
  name: string,
  better: Metric["better"],
  leastSide: number,
  protocol: string,
) {
  const rows: readonly Row[] = ["output", "source"];
  return { kind: "pair", name, unit: "", better, protocol, needs: null, rows, leastSide } as const;
}

/**
 * The metrics of a list of names, "ssim,l1"; "all" stands for each that pictures of `size` are large enough for and that
 * needs no weights from the user, and no list for those of them that need none at all.
 * @throws Error for a name that
 * is not in the table or needs larger pictures.
 */
export function chooseMetrics(names: string | undefined, size: Size): Metric[] {
  const side = Math.min(size.width, size.height);
  const possible = metrics.filter(({ leastSide }) => leastSide <= side);
  if (names === undefined) return possible.filter(({ needs }) => needs === null);
  if (names === "all") return possible.filter((metric) => !("given" in metric));
  const named = new Set(names.split(",").map((name) => metricNamed(name.trim())));
  for (const { name, leastSide } of named) {
    if (leastSide > side) {
      throw new Error(
        `${name} needs pictures of ${leastSide}x${leastSide} pixels or more, but these have ` +
          `${size.height}x${size.width} (height x width)`,
      );
    }
  }
  return metrics.filter((metric) => named.has(metric));
}

/** @throws Error for a name that is not in the table. */
export function metricNamed(name: string, table: readonly Metric[] = metrics): Metric {
  const metric = table.find((metric) => metric.name === name);
  if (metric) return metric;
  const known = table.map(({ name }) => name).join(", ");
  throw new Error(`no metric "${name}"; there are ${known}`);
}

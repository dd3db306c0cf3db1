/** Judges pairs by plain metrics in a thread of its own; see run.ts. */
import { answerWith } from "../data/files/worker.ts";
import { judge, type PaintedPair, type Scores } from "./judge.ts";
import { plainMetrics } from "./metrics.ts";
import type { PictureKind } from "./tools.ts";

export interface JudgeRequest {
  readonly frame: PictureKind;
  /** Names of plain metrics. */
  readonly metrics: readonly string[];
  readonly pair: PaintedPair;
}

answerWith<JudgeRequest, Scores>(({ frame, metrics, pair }) => {
  const asked = plainMetrics.filter(({ name }) => metrics.includes(name));
  return judge(asked.map((metric) => ({ metric, score: metric.open(frame) })), pair);
});

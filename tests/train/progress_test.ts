import { assertEquals, assertMatch } from "@std/assert";
import { TrainingProgress } from "../../train/progress.ts";
import { duration } from "../../data/files/progress.ts";

const row = (step: number, value: number) => ({
  step,
  discriminator: value,
  adversarial: 2 * value,
  reconstruction: 3 * value,
});

function shown(onTerminal: boolean): string {
  let text = "";
  const write = (more: string) => text += more;
  const progress = new TrainingProgress({ steps: 10, batch: 4 }, 2, undefined, write, onTerminal);
  progress.update([row(3, 1), row(4, 2)]);
  progress.update([row(5, 4)]);
  progress.end();
  progress.end();
  return text;
}

const line = "step \\d+/10  discriminator \\S+  adversarial \\S+  reconstruction \\S+  " +
  "[\\d.]+ pictures/s  [\\d:]+ left";

Deno.test("progress: one line written over on a terminal", () => {
  const text = shown(true);
  assertMatch(text, new RegExp(`^\\r${line}\\x1b\\[K\\r${line}\\x1b\\[K\\n$`));
  assertMatch(
    text,
    /step 4\/10 {2}discriminator 1\.500 {2}adversarial 3\.000 {2}reconstruction 4\.5/,
  );
});

Deno.test("progress: elsewhere a line now and then, and the last one", () => {
  const text = shown(false);
  assertMatch(text, new RegExp(`^${line}\\n${line}\\n$`));
  assertMatch(text, /^step 4[^]*\nstep 5/);
});

Deno.test("duration: minutes, seconds and hours", () => {
  assertEquals([0, 59.6, 61, 3599, 3600, 36610].map(duration), [
    "0:00",
    "1:00",
    "1:01",
    "59:59",
    "1:00:00",
    "10:10:10",
  ]);
});

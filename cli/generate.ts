import type { Pair } from "../data/dataset.ts";
import { fitJoints, fitPicture, letterbox } from "../data/fit.ts";
import { readPicture, writePicture } from "../data/image_file.ts";
import { Device } from "../engine/device.ts";
import { Random } from "../engine/random.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { generatorParameters } from "../model/generator.ts";
import { Painter } from "../model/painter.ts";
import { checkpointModel, checkpointValues, readCheckpoint } from "../train/checkpoint.ts";
import { repose } from "../train/repose.ts";
import { type Arguments, type Command, required, wholeNumber } from "./arguments.ts";
import { readPose } from "./pose_file.ts";

export const generate: Command = {
  usage: "generate --checkpoint FILE --source IMAGE --source-pose POSE --pose POSE --out FILE.png",
  purpose: "Paints the person of a picture in another pose.\n" +
    "POSE is OpenPose's JSON (18 or 25 joints) or FILE.csv#NAME, in pixels of the source picture.",
  options: {
    checkpoint: { placeholder: "FILE", help: "what train wrote" },
    source: { placeholder: "IMAGE", help: "a PNG or JPEG with the person" },
    "source-pose": { placeholder: "POSE", help: "where the person's joints are" },
    pose: { placeholder: "POSE", help: "where they are to be" },
    out: { placeholder: "FILE.png", help: "the picture to write" },
    samples: { placeholder: "N", help: "write FILE-1.png to FILE-N.png, varied by dropout" },
    seed: { placeholder: "N", help: "of the dropout (0)" },
  },
  async run(args) {
    const outputs = outputPaths(args);
    const seed = wholeNumber(args, "seed", { least: 0, most: 2 ** 32 - 1, fallback: 0 });
    const checkpoint = await readCheckpoint(required(args, generate, "checkpoint"));
    const model = checkpointModel(checkpoint);
    const values = checkpointValues(checkpoint, generatorParameters(model));
    const pair = await readPair(args, model);

    const device = await Device.open();
    const painter = Painter.from(device, model, values);
    const random = outputs.length > 1 ? new Random(device, seed) : null;
    for (const [i, path] of outputs.entries()) {
      random?.beginStep(i);
      const [picture] = await repose(painter, [pair], 1, random);
      await writePicture(path, picture);
      console.log(path);
    }
    device.close();
  },
};

function outputPaths(args: Arguments): string[] {
  const out = required(args, generate, "out");
  if (!/\.png$/i.test(out)) throw new Error(`--out ${out} must end in .png`);
  const count = wholeNumber(args, "samples", { least: 1, most: 1000, fallback: 1 });
  if (count === 1) return [out];
  return Array.from({ length: count }, (_, i) => out.replace(/\.png$/i, `-${i + 1}$&`));
}

/** The source picture and both poses at the model's size; the target has no picture of its own. */
async function readPair(args: Arguments, { size, skeleton }: ModelConfiguration): Promise<Pair> {
  const file = required(args, generate, "source");
  const original = await readPicture(file);
  const [from, to] = await Promise.all(
    ["source-pose", "pose"].map((name) =>
      readPose(required(args, generate, name), skeleton, original)
    ),
  );
  const box = letterbox(original, size);
  if (box.changed) {
    const sizes = [original, size].map(({ width, height }) => `${height}x${width}`);
    const bars = box.inner.width < size.width || box.inner.height < size.height;
    console.log(
      `${file} was fitted from ${sizes.join(" to ")} (height x width)${bars ? ", with bars" : ""}`,
    );
  }
  const picture = fitPicture(original, box);
  return {
    source: { name: file, picture, joints: fitJoints(from, box) },
    target: { name: "target", picture, joints: fitJoints(to, box) },
  };
}

import { dirname } from "node:path";
import { makeFolderFor, writeFile } from "../data/files/write.ts";
import { onnxGenerator } from "../export/generator.ts";
import { checkpointGenerator } from "../model/checkpoint.ts";
import { readCheckpoint } from "../repose/files/open_studio.ts";
import { type Command, required } from "./arguments.ts";
import { checkpointOf } from "./painting.ts";

export const exportModel: Command = {
  usage: "export --onnx FILE.onnx [OPTIONS]",
  purpose: "Writes a generator as ONNX, which runs anywhere (docs/export.md).",
  options: {
    onnx: { placeholder: "FILE.onnx", help: "the file to write" },
    checkpoint: {
      placeholder: "FILE",
      help: "what train wrote; without it, the bundled model of people",
    },
    half: { help: "keep the weights in half precision, for half the size" },
  },
  async files(args) {
    const path = required(args, exportModel, "onnx");
    if (!/\.onnx$/i.test(path)) throw new Error(`--onnx ${path} must end in .onnx`);
    return { reads: [await checkpointOf(args)], writes: [path], folders: [dirname(path)] };
  },
  async run(args) {
    const path = required(args, exportModel, "onnx");
    const checkpoint = await readCheckpoint(await checkpointOf(args));
    const bytes = onnxGenerator(checkpointGenerator(checkpoint), args.switches.has("half"));
    await makeFolderFor(path);
    await writeFile(path, bytes);
    console.log(`${path}: ${(bytes.length / 1e6).toFixed(1)} MB`);
  },
};

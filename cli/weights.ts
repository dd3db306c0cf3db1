import { dirname } from "node:path";
import { fetchVggWeights, vggCachePath, vggUrl } from "../networks/files/vgg19.ts";
import type { Command } from "./arguments.ts";

export const weights: Command = {
  usage: "weights vgg19 [OPTIONS]",
  purpose:
    "Fetches the first layers of VGG-19, in which the reconstruction loss compares pictures.",
  options: {
    from: { placeholder: "URL|FILE", help: `a safetensors file (${vggUrl})` },
    out: { placeholder: "FILE", help: "where to keep them (the user's cache, where train looks)" },
  },
  takesWords: true,
  files: ({ texts: { from, out } }) =>
    out === undefined ? {} : { reads: [from], writes: [out], folders: [dirname(out)] },
  async run({ words, texts: { from, out = vggCachePath() } }) {
    if (words.join() !== "vgg19") throw new Error("say which weights: ./run weights vgg19");
    await fetchVggWeights(from, out);
    console.log(`VGG-19 weights are in ${out}`);
  },
};

import { dirname } from "node:path";
import { thunderPath } from "../networks/files/published.ts";
import { fetchVggWeights, vggCachePath, vggUrl } from "../networks/files/vgg19.ts";
import type { Arguments, Command } from "./arguments.ts";

export const weights: Command = {
  usage: "weights vgg19 [OPTIONS], or ./run weights movenet-thunder",
  purpose:
    "Fetches the first layers of VGG-19, in which the reconstruction loss compares pictures;\n" +
    "or the larger MoveNet, which finds poses better and slower (145 MB pass by; 13 are kept).",
  options: {
    from: { placeholder: "URL|FILE", help: `a safetensors file (${vggUrl})` },
    out: { placeholder: "FILE", help: "where to keep them (the user's cache, where train looks)" },
  },
  takesWords: true,
  files: ({ texts: { from, out } }) =>
    out === undefined ? {} : { reads: [from], writes: [out], folders: [dirname(out)] },
  async run(args) {
    const which = args.words.join();
    if (which === "movenet-thunder") return await fetchThunder(args);
    if (which !== "vgg19") throw new Error(`say which weights: ${weights.usage}`);
    const { from, out = vggCachePath() } = args.texts;
    await fetchVggWeights(from, out);
    console.log(`VGG-19 weights are in ${out}`);
  },
};

async function fetchThunder({ texts: { from, out } }: Arguments): Promise<void> {
  if (from !== undefined || out !== undefined) throw new Error("--from and --out are for vgg19");
  console.log(`MoveNet Thunder is in ${await thunderPath()}, where it comes before Lightning`);
}

import { digestFiles } from "../data/sets/digest.ts";
import { filesOf, type WeightFiles } from "./tools.ts";

/** SHA-256 of the weights that the user gave for metrics; undefined where there are none. */
export async function digestWeights(
  { lpips, inception }: WeightFiles,
): Promise<string | undefined> {
  const files = [lpips, inception].flatMap((list) => list ? filesOf(list) : []);
  return files.length === 0 ? undefined : await digestFiles(files);
}

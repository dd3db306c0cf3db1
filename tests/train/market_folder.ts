import { join } from "node:path";
import type { Dataset, Pair, Split } from "../../data/types.ts";
import { figures } from "../../data/figures/figures.ts";
import { writePicture } from "../../data/pictures/image_file.ts";
import { annotationHeader, formatAnnotation } from "../../pose/formats/annotation.ts";
import { human, missingAnchors } from "../../pose/skeleton.ts";
import type { Size } from "../../pose/types.ts";

/**
 * Writes a folder laid out like Market-1501 with drawn people: for each identity of a split two
 * pictures, `IDENTITY_0.png` and `IDENTITY_1.png`, in poses with all anchor joints.
 */
export async function writeMarketFolder(
  folder: string,
  identities: Readonly<Partial<Record<Split, readonly string[]>>>,
  size: Size = { width: 64, height: 128 },
): Promise<void> {
  const pairs = usablePairs(figures({ size, seed: 5 }));
  for (const [split, names] of Object.entries(identities)) {
    const pictures = join(folder, `bounding_box_${split}`);
    await Deno.mkdir(pictures, { recursive: true });
    const lines = [annotationHeader];
    for (const identity of names) {
      const { source, target } = (await pairs.next()).value;
      for (const [i, { picture, joints }] of [source, target].entries()) {
        const name = `${identity}_${i}.png`;
        await writePicture(join(pictures, name), picture);
        lines.push(formatAnnotation({ name, joints }, human));
      }
    }
    await Deno.writeTextFile(join(folder, `annotation-${split}.csv`), lines.join("\n") + "\n");
  }
}

async function* usablePairs(dataset: Dataset): AsyncGenerator<Pair, never> {
  for (let i = 0;; i++) {
    const pair = await dataset.pair("train", i);
    const samples = [pair.source, pair.target];
    if (samples.every(({ joints }) => missingAnchors(human, joints).length === 0)) yield pair;
  }
}

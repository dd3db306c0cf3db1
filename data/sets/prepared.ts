/** Data sets with lists of poses, and perhaps of pairs, as the `data` command writes them. */
import { join } from "node:path";
import type { Skeleton } from "../../pose/skeleton.ts";
import type { Size } from "../../pose/types.ts";
import type { Dataset, Split } from "../types.ts";
import { findList, type Home, listName, openHome } from "./home.ts";
import { canonicalName } from "./identity.ts";
import { JoinedDataset, partsOf } from "./joined.ts";
import { type Located, scanPictures } from "./layout.ts";
import { splits } from "./lists.ts";
import { PairedDataset, type PairedSplit } from "./paired_dataset.ts";
import { describeSelection, pairAll, readPairs } from "./pairs.ts";
import { readPoseTable } from "./pose_table.ts";

/**
 * Opens a folder with `annotation-train.csv`, `annotation-test.csv` (or the authors' names of these)
 * and pictures laid out as layout.ts knows; one of the two splits may be absent. A split's pairs are
 * those of `pairs-train.csv`, `pairs-test.csv`, or, without such a list, all pairs of pictures that
 * show the same person in the same outfit and all anchor joints of the skeleton; test pairs may also
 * be listed in a file `testPairs`. Pictures of another size are fitted to `size`. A folder that joins
 * data sets gives the pairs of all.
 * @throws Error that names the file and line at fault, or, where no pair is left, that says how
 * many pictures each rule left out.
 */
export async function openPrepared(
  folder: string,
  size: Size,
  skeleton: Skeleton,
  testPairs: string | null = null,
): Promise<Dataset> {
  const parts = await partsOf(folder);
  if (parts.length > 1 && testPairs !== null) {
    throw new Error(`${testPairs} lists pairs of one data set: name one that ${folder} joins`);
  }
  const datasets = await Promise.all(
    parts.map((part) => openPart(part, size, skeleton, testPairs)),
  );
  return datasets.length === 1 ? datasets[0] : new JoinedDataset(datasets);
}

async function openPart(
  folder: string,
  size: Size,
  skeleton: Skeleton,
  testPairs: string | null,
): Promise<Dataset> {
  const home = await openHome(folder);
  const { pictures } = await scanPictures(home.pictures, home.layout);
  const [train, test] = await Promise.all(
    splits.map((split) => {
      const list = (split === "test" ? testPairs : null) ?? findList(home, "pairs", split);
      return openSplit(home, pictures, split, skeleton, list);
    }),
  );
  if (train.pairs.count + test.pairs.count === 0) {
    throw new Error(`${folder} has no pairs: train: ${train.account}; test: ${test.account}`);
  }
  return new PairedDataset(size, skeleton, { train, test });
}

interface OpenSplit extends PairedSplit {
  /** Why a picture is in no pair. */
  readonly account: string;
}

async function openSplit(
  home: Home,
  pictures: readonly Located[],
  split: Split,
  skeleton: Skeleton,
  list: string | null,
): Promise<OpenSplit> {
  const own = pictures.filter((picture) => (picture.split ?? split) === split);
  const annotations = findList(home, "annotation", split);
  const expected = listName("annotation", split);
  if (annotations === null) {
    if (own.some((picture) => picture.split === split)) {
      throw new Error(
        `${home.folder} has ${split} pictures but no ${expected}: make it with ./run data ` +
          `${home.layout} DIR`,
      );
    }
    return nothing(`there is no ${expected}`);
  }
  const table = await readPoseTable(annotations, skeleton);
  const paths = new Map(own.map(({ name, path }) => [canonicalName(name), path]));
  const exists = (name: string) => paths.has(canonicalName(name));
  const { pairs, selection } = pairAll(table, exists);
  return {
    pairs: list === null ? pairs : await readPairs(list, table, exists),
    account: describeSelection(selection, skeleton),
    entry(index) {
      const name = table.names[index];
      const path = join(home.pictures, paths.get(canonicalName(name))!);
      return { name, path, joints: table.joints(index), place: table.place(index) };
    },
  };
}

function nothing(account: string): OpenSplit {
  const refuse = () => {
    throw new RangeError("pair does not exist: there are 0");
  };
  return { pairs: { count: 0, at: refuse }, account, entry: refuse };
}

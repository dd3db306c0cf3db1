/** The lists of poses that lie in a data set already, the authors' or ours. */
import { join } from "node:path";
import type { Skeleton } from "../../pose/skeleton.ts";
import type { Split } from "../types.ts";
import { findList, type Home, listName } from "./home.ts";
import { type PoseTable, readPoseTable } from "./pose_table.ts";

export const splits = ["train", "test"] as const;

/** A list of poses on disk. */
export interface OpenList {
  readonly table: PoseTable;
  /** Not written by us. */
  readonly isTheirs: boolean;
}

/** Null where a split has none. */
export type Lists = Readonly<Record<Split, OpenList | null>>;

/** Reads the lists of a data set. @throws Error that names file and line. */
export async function openLists(home: Home, skeleton: Skeleton): Promise<Lists> {
  const [train, test] = await Promise.all(splits.map(async (split) => {
    const path = findList(home, "annotation", split);
    if (path === null) return null;
    const isTheirs = path !== join(home.folder, listName("annotation", split));
    return { table: await readPoseTable(path, skeleton), isTheirs };
  }));
  return { train, test };
}

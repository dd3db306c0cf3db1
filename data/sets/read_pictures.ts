import { mapAhead, WorkerPool } from "../files/worker_pool.ts";
import type { Picture } from "../types.ts";
import type { Located } from "./layout.ts";
import { join } from "node:path";

/** Pictures that are decoded while others are used. */
const AHEAD = 16;

/** Each picture of a folder, or why it cannot be read, in their order; workers read and decode them. */
export async function* readPictures(
  folder: string,
  pictures: readonly Located[],
): AsyncGenerator<[Located, PromiseSettledResult<Picture>], void> {
  using workers = new WorkerPool<string, Picture>(new URL("picture_worker.ts", import.meta.url));
  yield* mapAhead(pictures, AHEAD, ({ path }) => workers.ask(join(folder, path)));
}

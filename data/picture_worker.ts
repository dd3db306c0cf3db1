/** Reads pictures in a thread of its own; see picture_pool.ts. */
import { readPicture } from "./image_file.ts";
import { answerWith } from "./worker.ts";

answerWith(readPicture, ({ pixels }) => [pixels.buffer]);

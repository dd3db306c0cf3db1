/** Reads pictures in a thread of its own. */
import { readPicture } from "../pictures/image_file.ts";
import { answerWith } from "../files/worker.ts";

answerWith(readPicture, ({ pixels }) => [pixels.buffer]);

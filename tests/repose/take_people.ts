/**
 * Makes docs/people.png: people whom the model never saw, in columns. From the top: source, target pose, how they really
 * look in it, and what Repose paints. `deno run -A tests/repose/take_people.ts DATA PAIRS.csv OUT.png [MODEL]`
 */
import { contactSheet } from "../../data/pictures/sheet.ts";
import { writePicture } from "../../data/pictures/image_file.ts";
import type { Picture } from "../../data/types.ts";
import { bundledModel, openStudio } from "../../repose/files/open_studio.ts";
import { paintSubject, subjectIn } from "../../repose/subject.ts";
import { openTestDataset } from "../../train/dataset.ts";
import { drawPose } from "../../train/samples.ts";

const [data, pairs, out, model = bundledModel] = Deno.args;
using studio = await openStudio(model);
const { painter } = studio;
const { size, skeleton } = painter.configuration;
const dataset = await openTestDataset(data, pairs, painter.configuration);
const rows: Picture[][] = [[], [], [], []];
for (let i = 0; i < dataset.pairCount("test"); i++) {
  const { source: { name, picture, joints }, target } = await dataset.pair("test", i);
  const subject = subjectIn(name, picture, joints, size);
  const [painted] = await Array.fromAsync(paintSubject(painter, subject, [target.joints]));
  [picture, drawPose(skeleton, target), target.picture, painted].forEach((shown, row) =>
    rows[row].push(shown)
  );
}
await writePicture(out, contactSheet(rows));

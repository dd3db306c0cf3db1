/// <reference lib="dom" />
/** The pose of somebody in a photo, found in a browser. Needs a photo and the estimator's weights, which are not in the repository. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "node:path";
import { cacheFolder } from "../../networks/files/download.ts";
import { readPicture } from "../../data/pictures/image_file.ts";
import { moveNetPath } from "../../networks/files/published.ts";
import { readGraphFiles } from "../../networks/files/read_weights.ts";
import { parseGraphWeights } from "../../networks/formats/graph_weights.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { PoseEstimator } from "../../networks/movenet/estimator.ts";
import { human } from "../../pose/skeleton.ts";
import { buildPage } from "../../web/build.ts";
import { builtInPeople } from "./people.ts";
import { fitPoses } from "../../repose/target_poses.ts";
import { inFolder } from "../data/fixtures.ts";
import { device } from "../op_check.ts";
import { sharedPath } from "../shared.ts";
import { hasBrowser, inBrowser, shownJoints, untilPainted } from "./browser.ts";

const photo = sharedPath("data/humans/256x256/bounding_box_test/0015_c1s1_000001_00.jpg");
const weights = join(cacheFolder(), "movenet-lightning.bin");
const hasWeights = await Deno.stat(weights).then(() => true, () => false);

if (!hasWeights) console.error(`SKIPPED: ${weights} is not here, so poses in photos go untested`);

Deno.test({
  name: "page: finds the pose in a photo that the command line finds",
  ignore: !hasBrowser() || !photo || !hasWeights,
  sanitizeOps: false, // the browser's connection outlives single steps
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      const files = await readGraphFiles(await moveNetPath());
      const estimator = PoseEstimator.from(device, parseGraphWeights(files));
      const picture = await readPicture(photo!);
      const { joints } = await estimator.estimate(picture);
      const pose = { name: photo!, joints, size: picture };
      const { size } = modelConfiguration({ preset: "market" });
      const [person] = await builtInPeople();
      const [expected] = fitPoses([pose], size, person.sample(size).joints);
      await buildPage(folder, files);
      await inBrowser(folder, async (browser, url) => {
        const page = await browser.newPage();
        page.setDefaultTimeout(300_000); // software adapters compile slowly
        await page.goto(url);
        await untilPainted(page);
        const nose = (await shownJoints(page))[0]!;
        await page.setInputFiles("#pose-photo", photo!);
        await page.waitForFunction(
          (before) => document.querySelector("#joints .dot")!.getAttribute("cx") !== before,
          String(nose.x),
        );
        const found = await shownJoints(page);
        found.forEach((point, i) => {
          assertEquals(point === null, expected[i] === null, human.joints[i]);
          if (!point) return;
          assertAlmostEquals(point.x, expected[i]!.x, 0.25, human.joints[i]);
          assertAlmostEquals(point.y, expected[i]!.y, 0.25, human.joints[i]);
        });
      });
    }),
});

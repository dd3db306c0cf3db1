/// <reference lib="dom" />
/** The pose of somebody in a photo, found in a browser. Needs a photo and the estimator's weights, which are not in the repository. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { readPicture } from "../../data/pictures/image_file.ts";
import { parseGraphWeights } from "../../networks/formats/graph_weights.ts";
import { checkpointModel } from "../../model/checkpoint.ts";
import { PoseEstimator } from "../../networks/movenet/estimator.ts";
import { human } from "../../pose/skeleton.ts";
import { buildPage } from "../../web/build.ts";
import { builtInPeople } from "./people.ts";
import { bundledModel, readCheckpoint } from "../../repose/files/open_studio.ts";
import { fitPoses } from "../../repose/target_poses.ts";
import { inFolder } from "../data/fixtures.ts";
import { device } from "../op_check.ts";
import { sharedPath } from "../shared.ts";
import { estimatorFiles, hasEstimator } from "./estimator.ts";
import { hasBrowser, inBrowser, openPage, shownJoints, untilPainted } from "./browser.ts";

const photo = sharedPath("data/humans/256x256/bounding_box_test/0015_c1s1_000001_00.jpg");
const hasWeights = await hasEstimator("finding a pose in a photo");

Deno.test({
  name: "page: finds the pose in a photo that the command line finds",
  ignore: !hasBrowser() || !photo || !hasWeights,
  sanitizeOps: false, // the browser's connection outlives single steps
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      const files = await estimatorFiles();
      const estimator = PoseEstimator.from(device, parseGraphWeights(files));
      const picture = await readPicture(photo!);
      const { joints } = await estimator.estimate(picture);
      const pose = { name: photo!, joints, size: picture };
      const { size } = checkpointModel(await readCheckpoint(bundledModel));
      const [person] = await builtInPeople();
      const [expected] = fitPoses([pose], size, person.sample(size).joints);
      await buildPage(folder, files);
      await inBrowser(folder, async (browser, url) => {
        const { page } = await openPage(browser, url);
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

/** Makes the npm packages in this folder: the library `repose`, and the command line `repose-cli`. */
import { writeFile } from "../data/files/write.ts";
import project from "../deno.json" with { type: "json" };
import { moveNetFiles } from "../networks/files/read_weights.ts";
import { packArchive } from "./archive.ts";
import { libraryFiles } from "./library.ts";
import { programFiles } from "./program.ts";

const packages = {
  "repose": await libraryFiles(await moveNetFiles("the library")),
  "repose-cli": await programFiles(),
};
for (const [name, files] of Object.entries(packages)) {
  const path = `${name}-${project.version}.tgz`;
  await writeFile(path, await packArchive(files));
  console.log(path);
}

import { join } from "node:path";
import { readPicture } from "../../data/pictures/image_file.ts";
import { readPoseTable } from "../../data/sets/pose_table.ts";
import { human } from "../../pose/skeleton.ts";
import { peopleFolder } from "../../web/build.ts";
import { type Person, personInPhoto } from "../../web/people.ts";

/** The page's built-in people, read from the files that it is built from. */
export async function builtInPeople(): Promise<Person[]> {
  const table = await readPoseTable(join(peopleFolder, "poses.csv"), human);
  return await Promise.all(table.names.map(async (name, i) =>
    personInPhoto(
      `built-in person ${i + 1}`,
      await readPicture(join(peopleFolder, name)),
      table.joints(i),
    )
  ));
}

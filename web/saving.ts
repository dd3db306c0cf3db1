/// <reference lib="dom" />
/** The buttons that save what is seen. */
import type { Picture } from "../data/types.ts";
import type { Joints } from "../pose/types.ts";
import { saveGif, savePicture, savePose, savePoses, saveSheet, saveWebm } from "./downloads.ts";
import { button } from "./elements.ts";
import type { Track } from "./ready_poses.ts";
import { clearNotice, notify } from "./status.ts";

/** What is seen, at the time. */
export interface Seen {
  readonly person: () => Picture;
  readonly joints: () => Joints;
  readonly track: () => Track;
  /** With the person's proportions where these are wanted. */
  readonly readyPoses: () => readonly Joints[];
  /** The full picture of the person in the pose. */
  readonly picture: () => Promise<Picture>;
  /** The person in another pose. @throws Error of one line while no model is at work */
  readonly paint: (joints: Joints) => Promise<Picture>;
  /** Does something, and says why where it fails. */
  readonly attempt: (action: () => Promise<void>) => Promise<void>;
}

export function wireSaving(seen: Seen): void {
  const onSave = (id: string, save: () => Promise<void>) => {
    button(id).addEventListener("click", () => seen.attempt(save));
  };
  onSave("save-picture", async () => savePicture(await seen.picture()));
  onSave("save-sheet", async () => saveSheet(seen.person(), seen.joints(), await seen.picture()));
  onSave("save-poses", () => savePoses(seen.person(), paintAll(seen, seen.readyPoses())));
  onSave("save-gif", () => saveGif(paintAll(seen, seen.track().frames), seen.track().fps));
  onSave("save-webm", () => saveWebm(paintAll(seen, seen.track().frames), seen.track().fps));
  button("save-pose").addEventListener("click", () => savePose(seen.joints(), seen.person()));
}

/** The person in each pose, and how far that is. */
async function* paintAll({ paint }: Seen, poses: readonly Joints[]): AsyncGenerator<Picture> {
  for (const [i, joints] of poses.entries()) {
    notify(`Painting: ${i + 1} of ${poses.length}`);
    yield await paint(joints);
  }
  clearNotice();
}

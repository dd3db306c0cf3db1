import type { Picture } from "../data/types.ts";
import { isHuman } from "../pose/skeleton.ts";
import type { Joints } from "../pose/types.ts";
import type { PhotoBackground } from "./background.ts";
import { keepFace } from "./face.ts";

/**
 * What was painted of the person in a photo, with the photo's own background and, of humans, face: what people are given
 * unless they ask for less.
 *
 * @param painted of the photo's proportions
 * @param pose the joints in its pixels
 */
export function withPhoto(painted: Picture, pose: Joints, photo: PhotoBackground): Picture {
  const framed = photo.behind(painted, pose);
  return isHuman(photo.skeleton) ? keepFace(framed, pose, photo.person) : framed;
}

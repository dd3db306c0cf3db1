import { human } from "../../pose/skeleton.ts";
import type { Joints, Point, Size } from "../../pose/types.ts";
import type { Picture } from "../types.ts";
import { drawScene, type Scene, type Shadow } from "./background.ts";
import { bodySolids } from "./body.ts";
import { type Bones, jointPositions, poseBones, type Viewpoint } from "./bones.ts";
import type { Identity } from "./identity.ts";
import type { FigurePose } from "./pose.ts";
import { type Camera, depthAt, project, type Raster, rasterise } from "./raster.ts";
import { shade } from "./shade.ts";
import { extent, type Solid } from "./solid.ts";
import { dot, type Vec3 } from "./space.ts";

/** Where the figure stands in the picture. */
export interface Framing {
  /** Height of the upright figure, as a share of the picture's height. */
  readonly zoom: number;
  /** Place in the room left over: 0 = at the left or the top, 1 = at the right or the bottom. */
  readonly across: number;
  readonly down: number;
}

/** Everything in a picture but the person. */
export interface Shot {
  readonly pose: FigurePose;
  readonly view: Viewpoint;
  readonly framing: Framing;
  readonly scene: Scene;
  /** Where the picture's middle lies in the scene, in picture heights. */
  readonly shift: Point;
}

/**
 * Draws a figure. The joints are the human skeleton's, inside the picture; one that is hidden is
 * null, but not the shoulders and hips: they are told even through the body. A pose too wide or
 * high for the picture is drawn smaller.
 */
export function drawFigure(
  identity: Identity,
  shot: Shot,
  size: Size,
): { picture: Picture; joints: Joints } {
  const bones = poseBones(identity.build, shot.pose, shot.view);
  const solids = bodySolids(identity, bones);
  const camera = frameFigure(solids, identity, shot.framing, size);
  const raster = rasterise(solids, camera, size);
  const shadows = footShadows(bones, camera);
  const picture = shade(raster, drawScene(shot.scene, size, shot.shift, shadows));
  const joints = seenJoints(raster, jointPositions(bones, identity.build.head));
  return { picture, joints };
}

/** Free border around the figure, as a share of the picture. */
const BORDER = 0.02;

function frameFigure(
  solids: readonly Solid[],
  { build }: Identity,
  { zoom, across, down }: Framing,
  { width, height }: Size,
): Camera {
  const [left, right] = extent(solids, 0);
  const [bottom, top] = extent(solids, 1);
  const upright = 2 * build.leg + build.torso + 0.15 + 0.22 * build.head;
  const room = 1 - 2 * BORDER;
  const scale = Math.min(
    zoom * height / upright,
    room * width / (right - left),
    room * height / (top - bottom),
  );
  const x = BORDER * width + across * (room * width - scale * (right - left));
  const y = BORDER * height + down * (room * height - scale * (top - bottom));
  return { scale, x: x - 0.5 - scale * left, y: y - 0.5 + scale * top };
}

/** A shadow on the floor below each foot, and one below the whole figure. */
function footShadows({ pelvis, legs }: Bones, camera: Camera): Shadow[] {
  const up = pelvis.axes[1];
  const feet = [legs.right.end, legs.left.end].map((frame) => frame.origin);
  const ground = Math.min(...feet.map((foot) => dot(foot, up))) - 0.07;
  const shadow = (above: Vec3, radius: number): Shadow => {
    const fall = dot(above, up) - ground;
    const floor: Vec3 = [above[0] - fall * up[0], above[1] - fall * up[1], above[2] - fall * up[2]];
    const halfWidth = radius * camera.scale;
    return { centre: project(camera, floor), halfWidth, halfHeight: halfWidth * (0.25 + up[2]) };
  };
  return [...feet.map((foot) => shadow(foot, 0.17)), shadow(pelvis.origin, 0.36)];
}

/** How far in front of a joint something must be to hide it, in metres. */
const FACE_COVER = 0.04;
const BODY_COVER = 0.13;

const faceJoints = /eye|ear|nose/;

function seenJoints(raster: Raster, positions: readonly Vec3[]): Joints {
  const { width, height } = raster.size;
  return human.joints.map((name, i) => {
    const point = project(raster.camera, positions[i]);
    if (human.anchor.includes(name)) return point;
    const inside = point.x >= 0 && point.y >= 0 && point.x <= width - 1 && point.y <= height - 1;
    const cover = faceJoints.test(name) ? FACE_COVER : BODY_COVER;
    return inside && depthAt(raster, point) - positions[i][2] < cover ? point : null;
  });
}

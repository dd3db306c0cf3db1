/** How long people's bones are, as far as pictures tell, and poses fitted to somebody else's bones. */
import { hipsMiddle, type Links, linksOf, pointsOf } from "./links.ts";
import { checkJoints, jointNamed, type Skeleton } from "./skeleton.ts";
import type { Joints, Point } from "./types.ts";

/** A person's body, in pixels of a picture that would foreshorten nothing of it. */
export interface Proportions {
  /** Of the person who stands: legs, torso and head. */
  readonly height: number;
  /** By kind of bone, as in `linksOf`. */
  readonly lengths: ReadonlyMap<string, number>;
}

/** Of many poses, the longest bones but for this share are taken for errors. */
const OUTLIERS = 0.1;
/**
 * How far a bone is believed to differ from the typical one of a body of that size, d being the logarithm of their ratio.
 * What a picture may err by counts as no difference, d (1 - e^2 / d^2) of more (Breiman's garrote), as grown people differ
 * by little. A picture never lengthens bones: a longer one is believed, up to a limit that the heads of small children
 * reach. It does shorten them: a shorter one is believed the less the shorter it is, by exp(-d^2 / 2 c^2) (Welsch's weight).
 */
const ERROR = 0.04;
const MOST_LONGER = 0.4;
const BELIEVED_SHORTER = 0.15;

/**
 * The proportions of the person who takes some poses, in pictures of one scale; null where no pose shows the torso.
 *
 * A pose shows a bone's length times its foreshortening, so the longest of left and right and of all poses comes nearest
 * to the truth. The body's size is that of the torso and the legs' bones: the mean, in logarithms, of the two that are
 * longest against the typical ones, as hardly anybody sits and bows at once. What is not seen has the typical length.
 * @throws a RangeError where a pose has not the skeleton's number of joints
 */
export function proportions(skeleton: Skeleton, poses: readonly Joints[]): Proportions | null {
  for (const joints of poses) checkJoints(skeleton, joints);
  const links = linksOf(skeleton);
  const seen = poses.flatMap((joints) => pointsOf(skeleton, joints) ?? []);
  const differences = new Map<string, number>();
  for (const [kind, typical] of links.lengths) {
    const shown = seen.map((points) => shownLength(links, kind, points)).filter((length) => length);
    if (shown.length > 0) differences.set(kind, Math.log(longest(shown) / typical));
  }
  const upright = [links.torso, ...links.legs].flatMap((kind) => differences.get(kind) ?? []);
  if (upright.length === 0) return null;
  const [first, second = first] = upright.sort((a, b) => b - a);
  const size = (first + second) / 2;

  const lengths = new Map<string, number>();
  for (const [kind, typical] of links.lengths) {
    const difference = believed((differences.get(kind) ?? size) - size);
    lengths.set(kind, typical * Math.exp(size + difference));
  }
  return { height: total(lengths, [links.torso, ...links.heads, ...links.legs]), lengths };
}

/** The longest bone of a kind that a pose shows; 0 where it shows none. */
function shownLength({ all }: Links, kind: string, points: ReadonlyMap<string, Point>): number {
  const lengths = all.filter((link) => link.isBone && link.kind === kind).map(({ from, to }) => {
    const a = points.get(from), b = points.get(to);
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  });
  return Math.max(...lengths);
}

/** The longest of some lengths but for outliers. */
function longest(lengths: readonly number[]): number {
  const inOrder = lengths.toSorted((a, b) => a - b);
  return inOrder[Math.ceil((1 - OUTLIERS) * (inOrder.length - 1))];
}

function believed(difference: number): number {
  if (Math.abs(difference) <= ERROR) return 0;
  const certain = difference - ERROR ** 2 / difference;
  return difference > 0
    ? Math.min(certain, MOST_LONGER)
    : certain * Math.exp(-(difference ** 2) / (2 * BELIEVED_SHORTER ** 2));
}

function total(lengths: ReadonlyMap<string, number>, kinds: readonly string[]): number {
  return kinds.reduce((sum, kind) => sum + lengths.get(kind)!, 0);
}

/** A body of the same shape and another height. */
export function ofHeight({ height, lengths }: Proportions, wanted: number): Proportions {
  const scaled = Array.from(lengths, ([kind, length]) => [kind, length * wanted / height] as const);
  return { height: wanted, lengths: new Map(scaled) };
}

/**
 * Poses of a person with the proportions `from` as a person with the proportions `to` takes them, at the size of `to`.
 *
 * - Each bone, from the hips outwards, keeps its direction and becomes `to / from` of its kind as long, the same in all
 *   poses and on both sides: what is foreshortened stays so, and nothing flickers. A head keeps its shape. Where the joint
 *   before is missing, the bone begins at the one before that.
 * - The hips go r times as far, r being the ratio of the whole legs: hips' = r hips + c. So a foot below the hips on a
 *   straight leg, foot = hips + leg, comes to r foot + c: where it stood still, it stands still.
 * - The place on the ground stays: c leaves the lowest foot of all poses where it was, or the lowest hip where no foot is
 *   seen.
 *
 * Missing joints stay missing. A pose that does not show the torso stays as it is.
 * @throws a RangeError where a pose has not the skeleton's number of joints
 */
export function fitProportions(
  skeleton: Skeleton,
  poses: readonly Joints[],
  from: Proportions,
  to: Proportions,
): Joints[] {
  for (const joints of poses) checkJoints(skeleton, joints);
  const links = linksOf(skeleton);
  const ratio = (kinds: readonly string[]) => total(to.lengths, kinds) / total(from.lengths, kinds);
  const stride = ratio(links.legs.length > 0 ? links.legs : [links.torso]);
  const fitted = new Map<Joints, Joints>();
  for (const joints of poses) {
    const points = pointsOf(skeleton, joints);
    if (!points) continue;
    const moved = movePoints(links, points, stride, (kind) => ratio([kind]));
    fitted.set(joints, skeleton.joints.map((name, i) => joints[i] && moved.get(name)!));
  }
  const { x, y } = wayBack(skeleton, fitted, links.feet) ??
    wayBack(skeleton, fitted, skeleton.anchor.slice(2)) ?? { x: 0, y: 0 };
  return poses.map((joints) =>
    fitted.get(joints)?.map((point) => point && { x: point.x + x, y: point.y + y }) ?? joints
  );
}

/** Where each seen point comes to when the hips' middle goes `stride` times as far from (0, 0). */
function movePoints(
  { all }: Links,
  points: ReadonlyMap<string, Point>,
  stride: number,
  ratio: (kind: string) => number,
): Map<string, Point> {
  const hips = points.get(hipsMiddle)!;
  const moved = new Map([[hipsMiddle, { x: stride * hips.x, y: stride * hips.y }]]);
  /** The seen point from which the links of a point begin: itself, or the next one inwards. */
  const origins = new Map([[hipsMiddle, hipsMiddle]]);
  for (const { from, to, kind } of all) {
    const origin = origins.get(from)!;
    const point = points.get(to);
    origins.set(to, point ? to : origin);
    if (!point) continue;
    const was = points.get(origin)!, is = moved.get(origin)!, r = ratio(kind);
    moved.set(to, { x: is.x + r * (point.x - was.x), y: is.y + r * (point.y - was.y) });
  }
  return moved;
}

/** The way from where the lowest of the named joints has come back to where it was; null where none is seen. */
function wayBack(
  skeleton: Skeleton,
  fitted: ReadonlyMap<Joints, Joints>,
  names: readonly string[],
): Point | null {
  let lowest = -Infinity;
  let way: Point | null = null;
  for (const [before, after] of fitted) {
    for (const name of names) {
      const was = jointNamed(skeleton, before, name), is = jointNamed(skeleton, after, name);
      if (!was || !is || was.y <= lowest) continue;
      lowest = was.y;
      way = { x: was.x - is.x, y: was.y - is.y };
    }
  }
  return way;
}

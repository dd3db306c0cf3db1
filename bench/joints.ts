/** How near poses come to each other. */
import { human, jointNamed } from "../pose/skeleton.ts";
import type { Joints, Point } from "../pose/types.ts";
import { median } from "./statistics.ts";

/** Joints that both poses have, one alone, and how far apart those of both are, in pixels. */
function compare(ours: Joints, theirs: Joints) {
  const both = ours.flatMap((point, i) => {
    const other = theirs[i];
    return point && other ? [distance(point, other)] : [];
  });
  const seen = (joints: Joints) => joints.filter((point) => point).length;
  return {
    distances: both,
    onlyOurs: seen(ours) - both.length,
    onlyTheirs: seen(theirs) - both.length,
  };
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
export const rounded = (value: number) => Number(value.toPrecision(3));

/** Of joints that both see, those nearer than half a head, which is as long as from the nose to the neck. */
export function agreement(found: readonly Joints[], annotated: readonly Joints[]) {
  const pictures = annotated.map((joints, i) => {
    const [nose, neck] = ["nose", "neck"].map((name) => jointNamed(human, joints, name));
    const compared = compare(found[i], joints);
    return { ...compared, head: nose && neck ? distance(nose, neck) : null };
  });
  const heads = pictures.flatMap(({ distances, head }) =>
    head === null ? [] : distances.map((each) => each / head)
  );
  return {
    pictures: pictures.length,
    joints: heads.length,
    withinHalfAHead: rounded(heads.filter((each) => each <= 0.5).length / heads.length),
    onlyOurs: sum(pictures.map(({ onlyOurs }) => onlyOurs)),
    onlyTheirs: sum(pictures.map(({ onlyTheirs }) => onlyTheirs)),
  };
}

/** How far apart the joints are that both see. */
export function deviation(ours: readonly Joints[], theirs: readonly Joints[]) {
  const compared = ours.map((joints, i) => compare(joints, theirs[i]));
  const distances = compared.flatMap(({ distances }) => distances);
  return {
    pictures: ours.length,
    joints: distances.length,
    medianPixels: rounded(median(distances)),
    mostPixels: rounded(Math.max(...distances)),
    overAPixel: distances.filter((each) => each > 1).length,
    onlyOurs: sum(compared.map(({ onlyOurs }) => onlyOurs)),
    onlyTheirs: sum(compared.map(({ onlyTheirs }) => onlyTheirs)),
  };
}

import type { Colour } from "../types.ts";
import type { KeyedRandom } from "../keyed_random.ts";
import {
  band,
  below,
  checks,
  dots,
  hsv,
  type Material,
  mix,
  opening,
  type Pattern,
  pinstripes,
  plain,
  print,
  sampleAccent,
  sampleCloth,
  stripes,
} from "./texture.ts";

/** Bone lengths and body widths, in metres. */
export interface Build {
  /** Hip joint to knee, and knee to ankle. */
  readonly leg: number;
  /** Hip line to shoulder line. */
  readonly torso: number;
  readonly upperArm: number;
  readonly lowerArm: number;
  /** Half the distance between the shoulder joints, and between the hip joints. */
  readonly shoulder: number;
  readonly hip: number;
  /** Size of the head, 1 = average. */
  readonly head: number;
  /** Thickness of trunk and limbs, 1 = average. */
  readonly bulk: number;
}

export interface Hair {
  readonly style: "bald" | "short" | "long" | "bun" | "cap";
  readonly colour: Colour;
  readonly cap: Colour;
}

export interface Top {
  readonly material: Material;
  readonly sleeves: Material;
  /** 0 = none, 1 = to the elbow, 2 = to the wrist. */
  readonly sleeveLength: number;
  /** Metres below the waist. */
  readonly hem: number;
}

export interface Bottom {
  readonly kind: "legs" | "skirt";
  readonly material: Material;
  /** 0 = hips, 1 = knee, 2 = ankle. */
  readonly length: number;
  /** Looseness of the cloth, metres. */
  readonly ease: number;
}

export interface Bag {
  readonly kind: "backpack" | "shoulder";
  readonly material: Material;
}

/** All that stays the same of a person from picture to picture. */
export interface Identity {
  readonly build: Build;
  readonly skin: Colour;
  readonly hair: Hair;
  readonly top: Top;
  readonly bottom: Bottom;
  readonly shoes: Material;
  readonly bag?: Bag;
}

export function sampleIdentity(random: KeyedRandom): Identity {
  const top = sampleTop(random);
  const dress = random.chance(0.12);
  return {
    build: sampleBuild(random),
    skin: sampleSkin(random),
    hair: sampleHair(random),
    top,
    bottom: dress ? dressBelow(top, random) : sampleBottom(random),
    shoes: plain(
      random.chance(0.5) ? sampleCloth(random) : hsv(0.08, 0.3, random.between(0.1, 0.3)),
    ),
    bag: sampleBag(random),
  };
}

function sampleBuild(random: KeyedRandom): Build {
  const height = random.between(1.55, 1.9);
  const legs = random.near(1, 0.05);
  const arms = random.near(1, 0.04);
  return {
    leg: 0.243 * height * legs,
    torso: 0.29 * height * (2 - legs),
    upperArm: 0.168 * height * arms,
    lowerArm: 0.15 * height * arms,
    shoulder: random.between(0.155, 0.2),
    hip: random.between(0.085, 0.105),
    head: random.between(1.05, 1.2),
    bulk: random.between(0.85, 1.25),
  };
}

/** From light to dark. */
const skinTones: readonly Colour[] = [
  [246, 211, 186],
  [226, 180, 145],
  [190, 138, 100],
  [134, 90, 62],
  [88, 58, 42],
];

/** Black, dark brown, brown, blond, red, grey. */
const hairColours: readonly Colour[] = [
  [28, 24, 24],
  [52, 36, 28],
  [96, 62, 38],
  [206, 168, 104],
  [150, 70, 36],
  [150, 148, 145],
];

function sampleSkin(random: KeyedRandom): Colour {
  const tone = Math.floor(random.next() * (skinTones.length - 1));
  return mix(skinTones[tone], skinTones[tone + 1], random.next());
}

function sampleHair(random: KeyedRandom): Hair {
  return {
    style: random.pick(["short", "short", "long", "long", "bun", "bald", "cap"]),
    colour: mix(random.pick(hairColours), random.pick(hairColours), random.between(0, 0.3)),
    cap: sampleCloth(random),
  };
}

function sampleTop(random: KeyedRandom): Top {
  const colour = sampleCloth(random);
  const accent = sampleAccent(random, colour);
  const sleeveLength = random.pick([0, 0.6, 0.6, 0.6, 2, 2, 2]);
  const hem = random.between(0.07, 0.15);
  const top = (pattern: Pattern | undefined, sleeves: Material): Top => ({
    material: { colour, accent, pattern },
    sleeves,
    sleeveLength,
    hem,
  });
  const design = random.pick(["print", "jacket", "blocks", "all over", "all over", "all over"]);
  if (design === "print") {
    return top(print(-0.26, random.between(0.06, 0.1), random.chance(0.5)), plain(colour));
  }
  if (design === "jacket") {
    const jacket = top(opening(random.between(0.03, 0.06)), plain(colour));
    return { ...jacket, sleeveLength: 2, hem: random.between(0.1, 0.22) };
  }
  if (design === "blocks") {
    const blocks = random.chance(0.5) ? below(-0.2) : band(-0.2, random.between(0.08, 0.14));
    return top(blocks, plain(random.chance(0.5) ? colour : accent));
  }
  const pattern = samplePattern(random, 0.6);
  return top(pattern, { colour, accent, pattern });
}

/** An all-over pattern, or none; `share` of the draws have one. */
function samplePattern(random: KeyedRandom, share: number): Pattern | undefined {
  if (!random.chance(share)) return undefined;
  const pattern = random.pick([stripes, stripes, pinstripes, checks, dots]);
  return pattern(random.between(0.045, 0.085));
}

function sampleBottom(random: KeyedRandom): Bottom {
  const jeans = hsv(random.between(0.58, 0.64), random.between(0.3, 0.6), random.between(0.2, 0.6));
  const colour = random.chance(0.35) ? jeans : sampleCloth(random);
  const accent = sampleAccent(random, colour);
  const material = { colour, accent, pattern: samplePattern(random, 0.2) };
  const ease = random.between(0.006, 0.022);
  if (random.chance(0.2)) {
    return { kind: "skirt", material, length: random.between(0.7, 1.3), ease };
  }
  return { kind: "legs", material, length: random.chance(0.35) ? random.near(0.85, 0.1) : 2, ease };
}

function dressBelow({ sleeves }: Top, random: KeyedRandom): Bottom {
  return { kind: "skirt", material: sleeves, length: random.between(0.8, 1.5), ease: 0.02 };
}

function sampleBag(random: KeyedRandom): Bag | undefined {
  if (!random.chance(0.3)) return undefined;
  const colour = sampleCloth(random);
  const pattern = random.chance(0.5) ? band(0, 0.06) : undefined;
  const material = { colour, accent: sampleAccent(random, colour), pattern };
  return { kind: random.pick(["backpack", "shoulder"]), material };
}

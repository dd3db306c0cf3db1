/// <reference lib="dom" />
/** A skeleton as vector graphics, in the units of its picture. */
import { human, jointNamed } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";

const namespace = "http://www.w3.org/2000/svg";

/** Widths as shares of the picture's height. */
const BONE_WIDTH = 1 / 64;
const DOT_RADIUS = 1 / 68;

export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(namespace, name);
  setAttributes(made, attributes);
  return made;
}

export function setAttributes(
  target: Element,
  attributes: Readonly<Record<string, string | number>>,
): void {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, String(value));
}

/** The drawing's units are the picture's pixels, whose centres lie at whole numbers. */
export function setFrame(drawing: SVGSVGElement, { width, height }: Size): void {
  setAttributes(drawing, { viewBox: `-0.5 -0.5 ${width} ${height}` });
}

/** A line for every bone of which both joints are seen. */
export function boneLines(joints: Joints, { height }: Size): SVGLineElement[] {
  return human.bones.flatMap(({ joints: names, colour }) => {
    const [from, to] = names.map((name) => jointNamed(human, joints, name));
    if (!from || !to) return [];
    const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
    const style = { stroke: `rgb(${colour})`, "stroke-width": height * BONE_WIDTH };
    return svg("line", { ...ends, ...style, "stroke-linecap": "round" });
  });
}

/** What a joint's dot looks like: the colour of the bone that ends in it; those of the face are small. */
export function dotStyle(name: string, { height }: Size): { r: number; fill: string } {
  const bone = human.bones.findLast(({ joints: [, to] }) => to === name);
  const isFace = /nose|eye|ear/.test(name);
  return {
    r: height * DOT_RADIUS * (isFace ? 0.7 : 1),
    fill: bone ? `rgb(${bone.colour})` : "rgb(220 220 220)",
  };
}

/** A small picture of a pose. */
export function poseThumbnail(joints: Joints, size: Size): SVGSVGElement {
  const drawing = svg("svg", { "aria-hidden": "true" });
  setFrame(drawing, size);
  drawing.append(...boneLines(joints, { ...size, height: size.height * 2.4 }));
  return drawing;
}

/** The three ways in which JSON files write a list of joints, x before y in all of them. */
import type { Point } from "../types.ts";

/** A joint as a file has it. */
export interface Keypoint extends Point {
  readonly seen: boolean;
  /** As in `human`: "left eye"; null where the file gives no names. */
  readonly name: string | null;
}

/** Detectors give each joint a score; the usual bounds below which it counts as not seen. */
const LEAST_SCORE = 0.3;
const LEAST_VISIBILITY = 0.5;

/**
 * Reads `[x, y, confidence, x, ...]`, `[[x, y], ...]` (a third number is the confidence) or
 * `[{x, y, name}, ...]`. A joint is seen where its confidence is above 0; its `visibility` at least
 * 0.5; its `score`, or its entry of `scores`, at least 0.3.
 * @throws Error that begins with `where` and names the entry at fault.
 */
export function readKeypoints(
  list: readonly unknown[],
  where: string,
  scores?: unknown,
): Keypoint[] {
  if (scores !== undefined && (!Array.isArray(scores) || scores.length !== list.length)) {
    throw new Error(`${where} has ${list.length} joints, but the scores are not as many`);
  }
  const scored = Array.isArray(scores)
    ? scores.map((score, i) => number(score, `the score of ${where}[${i}]`) >= LEAST_SCORE)
    : null;
  return rows(list, where).map(({ values, where }, i) => {
    const keypoint = Array.isArray(values) ? fromRow(values, where) : fromObject(values, where);
    return scored ? { ...keypoint, seen: scored[i] } : keypoint;
  });
}

interface KeypointRow {
  /** A list of two or three numbers, or an object. */
  readonly values: unknown;
  readonly where: string;
}

function rows(list: readonly unknown[], where: string): KeypointRow[] {
  if (list.some((value) => Array.isArray(value) || isObject(value))) {
    return list.map((values, i) => ({ values, where: `${where}[${i}]` }));
  }
  list.forEach((value, i) => number(value, `${where}[${i}]`));
  if (list.length % 3 !== 0) {
    throw new Error(`${where} has ${list.length} numbers, not x, y and confidence for each joint`);
  }
  return Array.from({ length: list.length / 3 }, (_, i) => ({
    values: list.slice(3 * i, 3 * i + 3),
    where: `${where}[${3 * i}]`,
  }));
}

function fromRow(row: readonly unknown[], where: string): Keypoint {
  if (row.length !== 2 && row.length !== 3) {
    throw new Error(`${where} has ${row.length} numbers, not x and y or x, y and confidence`);
  }
  const [x, y, confidence = 1] = row.map((value) => number(value, where));
  return { x, y, seen: confidence > 0, name: null };
}

function fromObject(value: unknown, where: string): Keypoint {
  if (!isObject(value)) throw new Error(`${where} is ${show(value)}, not a joint`);
  const { x, y, visibility = 1, score = 1, name } = value;
  return {
    x: number(x, `${where}.x`),
    y: number(y, `${where}.y`),
    seen: number(visibility, `${where}.visibility`) >= LEAST_VISIBILITY &&
      number(score, `${where}.score`) >= LEAST_SCORE,
    name: typeof name === "string" ? name.toLowerCase().replaceAll("_", " ") : null,
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function number(value: unknown, where: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Error(`${where} is ${show(value)}, not a number`);
}

function show(value: unknown): string {
  return `${JSON.stringify(value)}`.slice(0, 40);
}

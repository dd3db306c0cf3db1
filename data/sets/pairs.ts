/** Which pictures make pairs. Pictures are numbers of a list's entries; no object is made for a pair. */
import type { Skeleton } from "../../pose/skeleton.ts";
import { identify } from "./identity.ts";
import { readLines } from "../files/lines.ts";
import { PairIndex } from "./pair_index.ts";
import type { PoseTable } from "./pose_table.ts";
import { hashText, shuffledIndex } from "./sampler.ts";

/** Numbered pairs of entries. */
export interface Pairs {
  readonly count: number;
  /** The entries of pair `index`. @throws RangeError for an index outside 0 .. count - 1. */
  at(index: number): readonly [source: number, target: number];
}

/** How many pictures each rule left out. */
export interface Selection {
  readonly annotated: number;
  readonly distractors: number;
  readonly missing: number;
  readonly unusable: number;
  readonly alone: number;
  readonly people: number;
}

/**
 * All ordered pairs of pictures that show the same person in the same outfit, as the authors pair
 * them: outfit after outfit, by source and then by target, in the order of the names. Only pictures
 * that `exists` knows and that show all anchor joints are paired.
 */
export function pairAll(
  table: PoseTable,
  exists: (name: string) => boolean = () => true,
): { pairs: Pairs; selection: Selection } {
  const outfits = new Map<string, number[]>();
  const people = new Set<string>();
  let distractors = 0, missing = 0, unusable = 0;
  const { names } = table;
  const byName = Uint32Array.from(names.keys()).sort((a, b) => names[a] < names[b] ? -1 : 1);
  for (const index of byName) {
    const name = names[index];
    const identity = identify(name);
    if (identity === null) distractors++;
    else if (!exists(name)) missing++;
    else if (!table.isUsable(index)) unusable++;
    else {
      people.add(identity.person);
      const members = outfits.get(identity.outfit);
      if (members) members.push(index);
      else outfits.set(identity.outfit, [index]);
    }
  }
  const groups = [...outfits.values()];
  const alone = groups.filter((members) => members.length === 1).length;
  const selection = { annotated: table.count, distractors, missing, unusable, alone };
  return { pairs: pairsWithin(groups), selection: { ...selection, people: people.size } };
}

/** In words: what was left out, and why. */
export function describeSelection(selection: Selection, { anchor }: Skeleton): string {
  const { annotated, distractors, missing, unusable, alone } = selection;
  const leftOut = [
    `${distractors} distractors`,
    `${missing} without a picture`,
    `${unusable} without ${anchor.join(", ")}`,
    `${alone} alone of their identity`,
  ].filter((reason) => !reason.startsWith("0 "));
  return `${annotated} annotations; left out: ${leftOut.join(", ") || "none"}`;
}

/** All pairs within each group of entries. */
function pairsWithin(groups: readonly (readonly number[])[]): Pairs {
  const index = new PairIndex(groups.map((group) => group.length));
  return {
    count: index.count,
    at(pair) {
      const { group, source, target } = index.at(pair);
      return [groups[group][source], groups[group][target]];
    },
  };
}

/** `count` of the pairs, or all where there are fewer, drawn by `seed`. */
export function drawPairs(pairs: Pairs, count: number, seed: number): Pairs {
  if (pairs.count <= count) return pairs;
  const key = hashText(`${seed}/pairs`);
  return { count, at: (index) => pairs.at(shuffledIndex(index, pairs.count, key)) };
}

const header = "from,to";

/** The lines of a list of pairs as the authors write it. */
export function* pairLines(pairs: Pairs, { names }: PoseTable): Generator<string, void> {
  yield header;
  for (let i = 0; i < pairs.count; i++) {
    const [source, target] = pairs.at(i);
    yield `${names[source]},${names[target]}`;
  }
}

/**
 * Reads a list of pairs of entries of `table`.
 * @throws Error with file and line for a pair of which
 * `table` lacks a picture, that `exists` does not know, or that lacks an anchor joint; where `onBroken` is
 * given, it learns of such lines, and reading goes on.
 */
export async function readPairs(
  file: string,
  table: PoseTable,
  exists: (name: string) => boolean = () => true,
  onBroken?: (error: Error) => void,
): Promise<Pairs> {
  const usable = Uint8Array.from(
    table.names,
    (name, i) => Number(table.isUsable(i) && exists(name)),
  );
  const entries: [source: number, target: number][] = [];
  let line = 0;
  for await (const text of readLines(file)) {
    line++;
    try {
      if (line === 1) checkHeader(text, file);
      else if (text.trim() !== "") entries.push(parsePair(text));
    } catch (error) {
      if (!onBroken) throw error;
      onBroken(error as Error);
    }
  }
  return {
    count: entries.length,
    at(index) {
      const pair = entries[index];
      if (pair) return pair;
      throw new RangeError(`pair ${index} does not exist: there are ${entries.length}, from 0`);
    },
  };

  function parsePair(text: string): [source: number, target: number] {
    const names = text.split(",").map((name) => name.trim());
    if (names.length !== 2) fail(`expected ${header} but found ${names.length} columns`);
    const [source, target] = names.map((name) => {
      const index = table.indexOf(name);
      if (index === null) fail(`${JSON.stringify(name)} is not in ${table.file}`);
      if (!usable[index]) {
        fail(exists(name) ? `${name} lacks a joint of the torso` : `${name} has no picture`);
      }
      return index;
    });
    return [source, target];
  }

  function fail(what: string): never {
    throw new Error(`${file}:${line}: ${what}`);
  }
}

function checkHeader(line: string, file: string): void {
  if (line.replace(/^\uFEFF/, "").trim() === header) return;
  throw new Error(`${file}:1: the header must be ${header}`);
}

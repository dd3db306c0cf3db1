import { parseArgs } from "node:util";
import { type Shard, whole } from "../data/shard.ts";
import type { Size } from "../pose/types.ts";
import type { Files } from "./files.ts";

/** An option of a command: `--name PLACEHOLDER`, or a switch without one. */
export interface Option {
  readonly placeholder?: string;
  readonly help: string;
}

/** A command of the program. */
export interface Command {
  /** After `./run`. */
  readonly usage: string;
  /** One or two lines: what it does. */
  readonly purpose: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Whether it takes words that are no options. */
  readonly takesWords?: boolean;
  /** What it is to read and to write; looked at before it runs. @throws as `run` */
  files(args: Arguments): Files | Promise<Files>;
  /** Does it; throws an Error of one line for what people got wrong. */
  run(args: Arguments): Promise<void> | void;
}

/** What the command line says. */
export interface Arguments {
  readonly words: readonly string[];
  readonly texts: Readonly<Record<string, string | undefined>>;
  readonly switches: ReadonlySet<string>;
}

const common: Readonly<Record<string, Option>> = {
  verbose: { help: "show where an error comes from" },
  help: { help: "show this help" },
};

/**
 * Parses a command's arguments.
 * @throws TypeError for an unknown option, one without its value, and
 * a word where none is taken.
 */
export function parseArguments(
  { options, takesWords = false }: Command,
  args: readonly string[],
): Arguments {
  const types = Object.entries({ ...options, ...common }).map(([name, { placeholder }]) =>
    [name, {
      type: placeholder === undefined ? "boolean" : "string",
      ...(name === "help" ? { short: "h" } : {}),
    }] as const
  );
  const { values, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    allowPositionals: takesWords,
  });
  const given = Object.entries(values);
  const texts = given.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const switches = given.filter(([, value]) => value === true).map(([name]) => name);
  return { words: positionals, texts: Object.fromEntries(texts), switches: new Set(switches) };
}

/** The text of an option that must be there. @throws Error that shows how it is given. */
export function required({ texts }: Arguments, { options }: Command, name: string): string {
  const text = texts[name];
  if (text === undefined) throw new Error(`--${name} ${options[name].placeholder} is missing`);
  return text;
}

/** The whole number of an option, or `fallback` where it is not given. @throws RangeError for another text. */
export function wholeNumber(
  { texts }: Arguments,
  name: string,
  { least, most, fallback }: { least: number; most: number; fallback: number },
): number {
  const text = texts[name];
  if (text === undefined) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new RangeError(`--${name} must be a whole number from ${least} to ${most}, not "${text}"`);
}

/** The word of an option, the first of `words` where it is not given. @throws a RangeError for another one */
export function oneOf<T extends string>(
  { texts }: Arguments,
  name: string,
  words: readonly [T, ...T[]],
): T {
  const text = texts[name] ?? words[0];
  const word = words.find((word) => word === text);
  if (word !== undefined) return word;
  throw new RangeError(`--${name} must be ${words.join(" or ")}, not "${text}"`);
}

/** The part that `--shard` says, all where it is not given. @throws RangeError for another text. */
export function shardOf({ texts: { shard: text } }: Arguments): Shard {
  if (text === undefined) return whole;
  const [number, count] = /^\d{1,6}\/\d{1,6}$/.test(text) ? text.split("/").map(Number) : [];
  if (number >= 1 && number <= count) return { number, count };
  throw new RangeError(`--shard must be K/N, K from 1 to N, not "${text}"`);
}

const sizePattern = /^(\d{1,6})x(\d{1,6})$/;

/** The size of an option, null where it is not given. @throws RangeError for another text. */
export function pictureSize({ texts }: Arguments, name: string): Size | null {
  const text = texts[name];
  if (text === undefined) return null;
  const [width, height] = sizePattern.exec(text)?.slice(1).map(Number) ?? [];
  if (width > 0 && height > 0) return { width, height };
  throw new RangeError(`--${name} must be WIDTHxHEIGHT in pixels, as 1920x1080, not "${text}"`);
}

/** The text of `--help`. */
export function helpText({ usage, purpose, options }: Command): string {
  const column = 26;
  const lines = Object.entries({ ...options, ...common }).map(([name, { placeholder, help }]) => {
    const option = `  --${name}${placeholder ? ` ${placeholder}` : ""}`;
    const fits = option.length < column - 1;
    const indented = help.replaceAll("\n", "\n" + " ".repeat(column));
    return fits ? option.padEnd(column) + indented : `${option}\n${" ".repeat(column)}${indented}`;
  });
  return [`Usage: ./run ${usage}`, "", purpose, "", ...lines].join("\n");
}

/** Bytes for people: "1.70 GiB". */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

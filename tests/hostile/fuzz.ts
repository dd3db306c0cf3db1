/** Gives readers damaged files: each must be read, or refused in words for people, and soon. */
import { join } from "node:path";
import { shortened } from "../../cli/report.ts";
import { damaged } from "./damage.ts";
import type { Account } from "./account.ts";
import type { Reader } from "./readers.ts";

/** Words of errors that nobody wrote for people. */
const SLIP =
  /Cannot read prop|is not a function|is not iterable|undefined|\bnull \(reading|call stack|Invalid (typed )?array|Offset is outside|out of bounds|\[object|before initialization/;
const SLOW_SECONDS = 20;

/** @param count damaged files */
export async function fuzz(
  reader: Reader,
  folder: string,
  count: number,
  seed: number,
): Promise<Account> {
  const path = join(folder, reader.name);
  const failures: string[] = [];
  let refused = 0;
  for (let number = 0; number < count; number++) {
    await Deno.writeFile(path, number === 0 ? reader.whole : damaged(reader.whole, seed, number));
    const start = performance.now();
    const error = await reader.read(path).then(() => null, (error: Error) => error);
    const seconds = (performance.now() - start) / 1000;
    if (error) refused++;
    const said = error?.message ?? "";
    const isWrong = (number === 0 && error) || SLIP.test(said) || (error && said === "") ||
      seconds > SLOW_SECONDS;
    if (isWrong) failures.push(`file ${number}: ${seconds.toFixed(1)} s, ${said || "no error"}`);
  }
  await Deno.remove(path);
  return { what: `${reader.what}: ${count} files, ${refused} refused`, tries: count, failures };
}

/** What stands where a text is in a file: long, and of letters that no message has. */
const VERBOSE = "\u00df \u00df\u00df ".repeat(80);
/** Texts, in quotes or as lists and tables have them. */
const texts = /(?<=")[^"]+(?=")|(?<=[:,\[\n])[^:,"\[\]{}\n]+/g;

/**
 * Gives a reader of texts files of which one text after the other is long.
 * @returns the messages that quote more than `most` characters of it
 */
export async function tooVerbose(reader: Reader, folder: string, most: number): Promise<string[]> {
  const path = join(folder, reader.name);
  const whole = new TextDecoder().decode(reader.whole);
  const verbose: string[] = [];
  for (const { index, 0: { length } } of spread([...whole.matchAll(texts)])) {
    await Deno.writeTextFile(path, whole.slice(0, index) + VERBOSE + whole.slice(index + length));
    const said = await reader.read(path).then(() => "", ({ message }: Error) => shortened(message));
    const [first, last] = [said.indexOf("\u00df"), said.lastIndexOf("\u00df")];
    if (last - first > most) verbose.push(said);
  }
  return verbose;
}

/** Some of many, over their whole length. */
function spread<T>(items: readonly T[], most = 20): T[] {
  const count = Math.min(most, items.length);
  return Array.from({ length: count }, (_, i) => items[Math.floor(i * items.length / count)]);
}

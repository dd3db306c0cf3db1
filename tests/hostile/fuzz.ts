/** Gives readers damaged files: each must be read, or refused in words for people, and soon. */
import { join } from "node:path";
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

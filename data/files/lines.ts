import { requireFile } from "./read.ts";

const LONGEST = 2 ** 20;

/**
 * The lines of a text file, without their ends, one after another: the file is never in memory as a
 * whole.
 * @throws Error that names the file where it cannot be read.
 */
export async function* readLines(path: string): AsyncGenerator<string, void> {
  using file = await open(path);
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(2 ** 16);
  let rest = "";
  for (let count; (count = await file.read(chunk)) !== null;) {
    const lines = (rest + decoder.decode(chunk.subarray(0, count), { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > LONGEST) {
      throw new Error(`${path} has a line of over ${LONGEST} characters`);
    }
    for (const line of lines) yield withoutReturn(line);
  }
  rest += decoder.decode();
  if (rest !== "") yield withoutReturn(rest);
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    await requireFile(path);
    return await Deno.open(path);
  } catch (error) {
    throw new Error(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** Reads whole files, which are looked at before: what is no file, or too large, is refused unread. */

/**
 * @param most bytes that it may have
 * @param what it is, for people: "the picture"
 * @throws Error of one line that names the file
 */
export async function readBytes(
  path: string,
  most: number,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    await requireFile(path, most);
    return await Deno.readFile(path);
  } catch (error) {
    throw new Error(`cannot read ${what}: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws Error of one line for what is no file, which might never end, and for one of more than `most` bytes */
export async function requireFile(path: string, most = Infinity): Promise<void> {
  const { isFile, isDirectory, size } = await Deno.stat(path);
  if (isDirectory) throw new Error(`${path} is a folder, not a file`);
  if (!isFile) throw new Error(`${path} is a pipe or a device, not a file`);
  if (size > most) throw new Error(`${path} has ${size} bytes, ${most} are the most`);
}

/** Bytes of the longest text that is read: some 100,000 poses. */
const LONGEST_TEXT = 256 * 2 ** 20;

/** The text of a file in UTF-8, without the mark that some editors put before it. @throws as `readBytes` */
export async function readText(path: string, what: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path, LONGEST_TEXT, what));
}

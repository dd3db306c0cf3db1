/** Archives as npm has them: gzipped, with everything in a folder `package`. */
import { packTar, unpackTar } from "modern-tar";

/** What an archive holds, by names in the package. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** The same files give the same bytes. */
export async function packArchive(files: Files): Promise<Uint8Array> {
  const entries = Array.from(files, ([name, content]) => {
    const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return { header: { name: `package/${name}`, size: body.length, mtime: new Date(0) }, body };
  });
  return await through(await packTar(entries), new CompressionStream("gzip"));
}

/** What `packArchive` or npm has packed. */
export async function unpackArchive(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Map<string, Uint8Array>> {
  const entries = await unpackTar(await through(bytes, new DecompressionStream("gzip")));
  return new Map(entries.map(({ header, data }) => [header.name.replace("package/", ""), data!]));
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  by: CompressionStream | DecompressionStream,
) {
  return await new Response(new Blob([bytes]).stream().pipeThrough(by)).bytes();
}

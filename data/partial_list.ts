import { join } from "node:path";
import { type Annotation, annotationHeader, formatAnnotation } from "../pose/formats/annotation.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import { type PoseTable, readPoseTable } from "./pose_table.ts";

/** The poses found so far, on disk line by line, so that a program that is killed goes on from there. */
export class PartialList implements Disposable {
  private constructor(
    private readonly path: string,
    private readonly file: Deno.FsFile,
    /** What an earlier run found. Lines that it left broken are not in it. */
    readonly table: PoseTable,
  ) {}

  /** Goes on with the list in `folder`, or begins one. */
  static async open(folder: string, skeleton: Skeleton): Promise<PartialList> {
    const path = join(folder, "annotation.part.csv");
    const file = await Deno.open(path, { read: true, write: true, create: true });
    await dropUnfinishedLine(file);
    if ((await file.stat()).size === 0) await writeLine(file, annotationHeader);
    return new PartialList(path, file, await readPoseTable(path, skeleton, () => {}));
  }

  async add(annotation: Annotation): Promise<void> {
    await writeLine(this.file, formatAnnotation(annotation, this.table.skeleton));
    this.table.add(annotation);
  }

  /** Once its lines stand elsewhere. */
  async remove(): Promise<void> {
    await Deno.remove(this.path);
  }

  [Symbol.dispose](): void {
    this.file.close();
  }
}

/** Leaves the file at its end, after a line end. */
async function dropUnfinishedLine(file: Deno.FsFile): Promise<void> {
  const byte = new Uint8Array(1), lineEnd = 0x0a;
  let end = (await file.stat()).size;
  for (; end > 0; end--) {
    await file.seek(end - 1, Deno.SeekMode.Start);
    await file.read(byte);
    if (byte[0] === lineEnd) break;
  }
  await file.truncate(end);
  await file.seek(end, Deno.SeekMode.Start);
}

async function writeLine(file: Deno.FsFile, line: string): Promise<void> {
  const bytes = new TextEncoder().encode(line + "\n");
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

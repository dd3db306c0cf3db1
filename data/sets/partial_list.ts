import {
  type Annotation,
  annotationHeader,
  formatAnnotation,
} from "../../pose/formats/annotation.ts";
import type { Skeleton } from "../../pose/skeleton.ts";
import { LineFile } from "../files/line_file.ts";
import { type PoseTable, readPoseTable } from "./pose_table.ts";

/** The poses found so far, on disk line by line, so that a program that is killed goes on from there. */
export class PartialList implements Disposable {
  private constructor(
    private readonly file: LineFile,
    /** What an earlier run found. Lines that it left broken are not in it. */
    readonly table: PoseTable,
  ) {}

  /** Goes on with the list at a path, or begins it. */
  static async open(path: string, skeleton: Skeleton): Promise<PartialList> {
    const file = await LineFile.open(path);
    if (file.isEmpty) file.append(annotationHeader);
    return new PartialList(file, await readPoseTable(path, skeleton, () => {}));
  }

  add(annotation: Annotation): void {
    this.file.append(formatAnnotation(annotation, this.table.skeleton));
    this.table.add(annotation);
  }

  /** Once its lines stand elsewhere. */
  async remove(): Promise<void> {
    await Deno.remove(this.file.path);
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
  }
}

/** A text file that lines are added to, so that a program that is killed goes on where it stopped. */
export class LineFile implements Disposable {
  private constructor(readonly path: string, private readonly file: Deno.FsFile) {}

  /**
   * Opens or begins a file, and cuts off a last line that has no end.
   * @throws Error where that fails, or where another
   * process has it open.
   */
  static async open(path: string): Promise<LineFile> {
    const file = await Deno.open(path, { read: true, write: true, create: true });
    if (!await file.tryLock(true)) {
      file.close();
      throw new Error(`${path} is being written by another process`);
    }
    dropUnfinishedLine(file);
    return new LineFile(path, file);
  }

  get isEmpty(): boolean {
    return this.file.statSync().size === 0;
  }

  /** @throws Error that names the file, as where the disk is full. */
  append(line: string): void {
    const bytes = new TextEncoder().encode(line + "\n");
    try {
      for (let done = 0; done < bytes.length;) done += this.file.writeSync(bytes.subarray(done));
    } catch (error) {
      throw new Error(`cannot write ${this.path}: ${(error as Error).message}`, { cause: error });
    }
  }

  [Symbol.dispose](): void {
    this.file.close();
  }
}

/** Leaves the file at its end, after a line end. */
function dropUnfinishedLine(file: Deno.FsFile): void {
  const byte = new Uint8Array(1), lineEnd = 0x0a;
  let end = file.statSync().size;
  for (; end > 0; end--) {
    file.seekSync(end - 1, Deno.SeekMode.Start);
    file.readSync(byte);
    if (byte[0] === lineEnd) break;
  }
  file.truncateSync(end);
  file.seekSync(end, Deno.SeekMode.Start);
}

import type { RunFolder } from "./run_folder.ts";

/**
 * Keeps other processes, and other runs of this one, out of a run's folder until it is disposed of. The system
 * ends the lock of a process that dies, so the file that is left says nothing.
 * @throws Error where another one trains there
 */
export function lockRun({ lock, path }: RunFolder): Disposable {
  const file = Deno.openSync(lock, { write: true, create: true });
  if (file.tryLockSync(true)) return file;
  file.close();
  throw new Error(`${path} is being trained by another process: wait for it, or stop it`);
}

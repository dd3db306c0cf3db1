/** Whether this machine has ffmpeg; says on standard error that a check is skipped where it has not. */
export function hasFfmpeg(): boolean {
  try {
    return new Deno.Command("ffmpeg", { args: ["-version"] }).outputSync().success;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error("SKIPPED: ffmpeg is not here, so what needs it goes unchecked");
    return false;
  }
}

/** Runs `use` as on a machine without any programs. */
export async function withoutFfmpeg(use: () => Promise<void>): Promise<void> {
  const path = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", "/nonexistent");
  try {
    await use();
  } finally {
    Deno.env.set("PATH", path);
  }
}

/** Disks that are full: small file systems in memory, which only root may mount. */

/**
 * Runs `use` with a folder that holds `kilobytes`. Where none can be mounted it does not, and says on standard error that
 * the check is skipped.
 */
export async function onSmallDisk(
  kilobytes: number,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "small disk " });
  const size = ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs"];
  try {
    if (!await succeeds("mount", [...size, folder])) {
      console.error("SKIPPED: no file system can be mounted here, so full disks go unchecked");
      return;
    }
    try {
      await use(folder);
    } finally {
      await succeeds("umount", ["-l", folder]);
    }
  } finally {
    await Deno.remove(folder);
  }
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  const command = new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" });
  return await command.output().then(
    ({ success }) => success,
    () => false,
  );
}

import { type GraphFiles, type PublishedModel, readGraphFiles } from "./graph_files.ts";

/** Google's, Apache-2.0. */
const moveNet: PublishedModel = {
  what: "MoveNet, which finds poses",
  names: ["movenet-thunder", "movenet-lightning"],
  files: [
    {
      path: "package/models/movenet-lightning.json",
      size: 161_813,
      sha256: "df8cbde44d00f533ccc4916a7c6ebc17316532fb3fadad114ec667fef22872e9",
    },
    {
      path: "package/models/movenet-lightning.bin",
      size: 4_650_216,
      sha256: "bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34",
    },
  ],
};

/** MoveNet's files as `readGraphFiles`: Thunder where it is in the folder, or else Lightning. */
export const readMoveNetFiles = (
  folder?: string,
  onFetch?: (what: string) => void,
): Promise<GraphFiles> => readGraphFiles(moveNet, folder, onFetch);

import { type GraphFiles, type PublishedModel, readGraphFiles } from "./graph_files.ts";

/** That of https://github.com/610265158/mobilenetv3_centernet, Apache-2.0. */
const centerNet: PublishedModel = {
  what: "CenterNet, which detects people",
  names: ["centernet"],
  files: [
    {
      path: "package/models/centernet.json",
      size: 201_673,
      sha256: "bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05",
    },
    {
      path: "package/models/centernet.bin",
      size: 4_030_290,
      sha256: "1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef",
    },
  ],
};

/** CenterNet's files as `readGraphFiles`. */
export const readCenterNetFiles = (
  folder?: string,
  onFetch?: (what: string) => void,
): Promise<GraphFiles> => readGraphFiles(centerNet, folder, onFetch);

import {
  type GraphFiles,
  type GraphWeights,
  parseGraphWeights,
  type PublishedNetwork,
} from "../formats/graph_weights.ts";

/** CenterNet over MobileNetV3, for COCO's classes. */
export const publishedCenterNet: PublishedNetwork = {
  name: "CenterNet",
  files: "centernet.json and .bin",
  prefix: /^tower_0\//,
};

/** Reads CenterNet's weights as `parseGraphWeights`. */
export const parseCenterNetWeights = (files: GraphFiles): GraphWeights =>
  parseGraphWeights(files, publishedCenterNet);

import {
  type GraphFiles,
  type GraphWeights,
  parseGraphWeights,
  type PublishedNetwork,
} from "../formats/graph_weights.ts";

/** MoveNet for one person. */
export const publishedMoveNet: PublishedNetwork = {
  name: "MoveNet",
  files: "movenet-lightning or movenet-thunder",
  prefix:
    /^(ConstantFolding\/)?StatefulPartitionedCall\/(center_net_mobile_net_v2fpn_feature_extractor\/model_1\/)?/,
};

/** Reads MoveNet's weights as `parseGraphWeights`. */
export const parseMoveNetWeights = (files: GraphFiles): GraphWeights =>
  parseGraphWeights(files, publishedMoveNet);

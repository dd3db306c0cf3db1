/**
 * The networks of the paper: configuration, generator, discriminator, losses, and the checkpoints that hold them.
 *
 * @module
 */
export type { Batch, Conditions } from "../data/types.ts";
export {
  type Checkpoint,
  checkpointGenerator,
  type GeneratorWeights,
  modelMetadata,
  parseCheckpoint,
} from "./checkpoint.ts";
export {
  fidelities,
  type Fidelity,
  type FidelityFields,
  type ModelChoice,
  type ModelConfiguration,
  modelConfiguration,
  type Preset,
  presets,
  type Reconstruction,
  type Variant,
  type VariantFields,
  variantNames,
} from "./configuration.ts";
export { discriminator, discriminatorParameters } from "./discriminator.ts";
export { generator, generatorParameters } from "./generator.ts";
export { BatchBuffers, ConditionBuffers, type Inputs, type TrainingInputs } from "./inputs.ts";
export { adversarialLoss, discriminatorLoss } from "./losses.ts";
export { initialParameters, type Parameters, type ParameterShape } from "./parameters.ts";

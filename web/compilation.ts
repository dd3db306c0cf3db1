/** How far a GPU is in compiling kernels, which it does in the order in which they are asked for. */

/**
 * Tells the share 0 .. 1 of the kernels asked for since that are compiled, each time that one is.
 * Returns what ends that.
 */
export function watchCompilation(gpu: GPUDevice, onProgress: (share: number) => void): () => void {
  const create = gpu.createComputePipeline.bind(gpu);
  let begun = 0, done = 0;
  gpu.createComputePipeline = (descriptor) => {
    begun++;
    gpu.pushErrorScope("out-of-memory"); // its end is told when the GPU gets there
    const pipeline = create(descriptor);
    gpu.popErrorScope().then(() => onProgress(++done / begun), () => {});
    return pipeline;
  };
  return () => gpu.createComputePipeline = create;
}

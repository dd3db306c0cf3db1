/** The mean over the parts of a set, and their deviation (of the parts themselves, not unbiased). */
export interface InceptionScore {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * The inception score of a set (Salimans et al., "Improved techniques for training GANs", 2016): in each of `splits`
 * consecutive parts, exp of the mean KL divergence of a picture's class probabilities from the part's mean; from 1 to
 * the number of classes.
 * @throws RangeError where there are fewer pictures than parts.
 */
export function inceptionScore(
  probabilities: readonly Float32Array[],
  splits = 10,
): InceptionScore {
  const count = probabilities.length;
  if (count < splits) {
    throw new RangeError(`inceptionScore: ${count} pictures cannot be dealt to ${splits} parts`);
  }
  const bound = (part: number) => Math.floor(part * count / splits);
  const scores = Array.from(
    { length: splits },
    (_, part) => scoreOf(probabilities.slice(bound(part), bound(part + 1))),
  );
  const mean = scores.reduce((sum, score) => sum + score, 0) / splits;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / splits;
  return { mean, deviation: Math.sqrt(variance) };
}

function scoreOf(part: readonly Float32Array[]): number {
  const marginal = new Float64Array(part[0].length);
  for (const shares of part) {
    for (let i = 0; i < shares.length; i++) marginal[i] += shares[i] / part.length;
  }
  let divergence = 0;
  for (const shares of part) {
    for (let i = 0; i < shares.length; i++) {
      if (shares[i] > 0) divergence += shares[i] * Math.log(shares[i] / marginal[i]);
    }
  }
  return Math.exp(divergence / part.length);
}

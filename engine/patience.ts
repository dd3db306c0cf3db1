/**
 * A GPU that does not answer for so long will not do so any more. It may take its time: a software driver on a busy machine
 * needs minutes for the steps between two readings.
 */
export const PATIENCE_MINUTES = 10;

/** Waits for a GPU, and gives whether it answered in that time. @throws what it answers with, if that is an error */
export async function hasAnswered(answer: Promise<unknown>): Promise<boolean> {
  const { promise: silence, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE_MINUTES * 60_000);
  try {
    return await Promise.race([answer.then(() => true), silence]);
  } finally {
    clearTimeout(timer);
  }
}

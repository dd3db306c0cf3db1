/** 0 for values up to 0, 1 from 1 on, and a smooth way between: 3 t^2 - 2 t^3. */
export function smoothStep(value: number): number {
  const t = Math.min(1, Math.max(0, value));
  return t * t * (3 - 2 * t);
}

/** A draw of the standard normal distribution from two uniform numbers (Box & Muller 1958, doi:10.1214/aoms/1177706645). */
export function drawNormal(uniform: () => number): number {
  // 1 − u is in (0, 1], whose logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
  return radius * Math.cos(2 * Math.PI * uniform())
}

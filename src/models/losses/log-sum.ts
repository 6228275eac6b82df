/** log Σ exp(value), the greatest taken out so that nothing overflows; −∞ of nothing. */
export function logSum(values: ArrayLike<number>): number {
  let top = -Infinity
  for (let i = 0; i < values.length; i++) top = Math.max(top, values[i]!)
  if (top === -Infinity) return top
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - top)
  return top + Math.log(sum)
}
